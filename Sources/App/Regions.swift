import Config
import Foundation
import Yams

/// A region of the country, with its names and civil time.
struct RegionEntry: Decodable, Sendable {
  let code: String
  let kk: String
  let ru: String
  let en: String
  let timeZone: String

  private enum CodingKeys: String, CodingKey {
    case code, kk, ru, en
    case timeZone = "time_zone"
  }

  /// The name for a reader of a language.
  func name(in language: Language) -> String {
    switch language {
    case .kk: kk
    case .ru: ru
    case .en: en
    }
  }
}

extension Collection<String> {
  /// The one of these that a text is, as it is written here: what Swift takes for equal may
  /// have other bytes, by which the database tells it apart.
  func member(_ text: String) -> String? { first { $0 == text } }
}

/// The regions of the country, by ISO 3166-2 code.
enum Regions {
  static let all: [RegionEntry] = {
    // An unreadable shipment is found at start; see `checkShipment`.
    (try? read()) ?? []
  }()

  static let known: Set<String> = Set(all.map(\.code))

  /// The civil time of a region.
  static func timeZone(of code: String) -> String {
    all.first { $0.code == code }?.timeZone ?? "Asia/Almaty"
  }

  static func name(of code: String, in language: Language) -> String {
    all.first { $0.code == code }?.name(in: language) ?? code
  }

  /// Reads the shipped list.
  ///
  /// - Throws: ``IncompleteShipment`` when it is missing or cannot be read.
  static func read() throws -> [RegionEntry] {
    guard let text = Shipped.files["regions.yaml"] else {
      throw IncompleteShipment("regions.yaml is missing")
    }
    return try YAMLDecoder().decode([RegionEntry].self, from: text)
  }
}
