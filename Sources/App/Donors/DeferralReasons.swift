import Config
import Domain
import Yams

/// Why donors are deferred: the list that the binary carries.
enum DeferralReasons {
  static let endpoints: [Endpoint] = [
    .get(
      "/v1/deferral-reasons", .roles([.driveStaff, .laboratory, .coordinator, .recruiter]), list)
  ]

  /// The list, read once; the service does not start without it.
  static let shipped = Result { try read() }

  static let all: [DeferralReason] = (try? shipped.get()) ?? []

  private static let byCode = Dictionary(
    all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

  /// The reason with a code; nil where the list has none.
  static func reason(_ code: String) -> DeferralReason? { byCode[code] }

  /// Reads the shipped list.
  ///
  /// - Throws: ``IncompleteShipment`` when it is missing or names what is not there.
  static func read() throws -> [DeferralReason] {
    guard let text = Shipped.files["deferral_reasons.yaml"] else {
      throw IncompleteShipment("deferral_reasons.yaml is missing")
    }
    let shipped = try YAMLDecoder().decode(ShippedReasons.self, from: text)
    return try shipped.reasons.map { entry in
      guard let forDonor = shipped.neutral[entry.neutral] else {
        throw IncompleteShipment("deferral_reasons.yaml has no words for \(entry.neutral)")
      }
      return DeferralReason(
        code: entry.code, kind: entry.kind,
        text: Names(kk: entry.kk, ru: entry.ru, en: entry.en), forDonor: forDonor)
    }
  }

  /// `GET /v1/deferral-reasons`.
  @Sendable static func list(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    return try call.list(all.map { Told($0, in: call.language) }, limit: .max) { $0.code }
  }

  /// A reason in the reader's language.
  private struct Told: Encodable {
    let code: String
    let kind: DeferralKind
    let text: String
    let forDonor: String

    init(_ reason: DeferralReason, in language: Language) {
      code = reason.code
      kind = reason.kind
      text = reason.text[language]
      forDonor = reason.forDonor[language]
    }
  }
}

/// The file, as it is written.
private struct ShippedReasons: Decodable {
  let neutral: [String: Names]
  let reasons: [Entry]

  struct Entry: Decodable {
    let code: String
    let kind: DeferralKind
    /// Which of the words for donors.
    let neutral: String
    let kk: String
    let ru: String
    let en: String
  }
}

extension Names {
  /// The words in a language.
  subscript(_ language: Language) -> String {
    switch language {
    case .kk: kk
    case .ru: ru
    case .en: en
    }
  }
}
