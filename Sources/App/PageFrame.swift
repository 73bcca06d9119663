import Foundation
import HTTPTypes
import Store

/// What stands around every page.
struct PageFrame: Sendable {
  let language: String
  let languages: [LanguageLink]
  let style: String
  let signedIn: Bool
  /// What proves that a form came from a page of this session.
  var proof = ""
  /// The grants to choose from, if there is more than one.
  var grants: [GrantChoice] = []
  var canChoose = false
  /// Whether the reader may look for donors.
  var findsDonors = false

  /// One grant of the reader, in his words.
  struct GrantChoice: Sendable {
    let id: String
    let name: String
    let chosen: Bool
  }

  /// The same page in one language.
  struct LanguageLink: Sendable {
    let code: String
    let name: String
    let address: String
    let current: Bool
  }
}

extension Call {
  /// The language of a page: as the reader or his browser chose, else Kazakh.
  var pageLanguage: Language {
    chosenLanguage ?? Language(accepting: headers[.acceptLanguage]) ?? .kk
  }

  /// The language that the address names.
  var chosenLanguage: Language? {
    query.first { $0.name == "lang" }.flatMap { Language(rawValue: $0.value) }
  }

  /// The frame of a page; switching its language keeps `query`, and leads to `place` where
  /// the page itself cannot be had twice.
  func frame(
    in language: Language, query: [(name: String, value: String)], at place: String? = nil
  ) -> PageFrame {
    let grants = grantChoices(in: language)
    return PageFrame(
      language: language.rawValue,
      languages: Language.allCases.map { other in
        PageFrame.LanguageLink(
          code: other.rawValue, name: other.ownName,
          address: Address.of(
            place ?? path, query.filter { $0.name != "lang" } + [("lang", other.rawValue)]),
          current: other == language)
      },
      style: service.pages.styleAddress, signedIn: sender != nil,
      proof: formProof, grants: grants, canChoose: grants.count > 1,
      findsDonors: sender?.actor(where: Donors.finders.admits) != nil)
  }
}

extension Language {
  /// The language's name for itself.
  fileprivate var ownName: String {
    switch self {
    case .kk: "Қазақша"
    case .ru: "Русский"
    case .en: "English"
    }
  }
}

/// Addresses of pages.
enum Address {
  /// A path and its parameters, as an address of this site.
  static func of(_ path: String, _ query: [(name: String, value: String)]) -> String {
    var components = URLComponents()
    components.path = path
    if !query.isEmpty {
      components.queryItems = query.map { URLQueryItem(name: $0.name, value: $0.value) }
    }
    // Forms read a plus as a blank.
    return components.string?.replacing("+", with: "%2B") ?? path
  }
}
