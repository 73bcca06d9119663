import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `every role reads of a donor what the table says, and nothing else`() async throws {
  let table = try PrivacyTable()
  #expect(table.fields.count == Field.allCases.count)
  try await Cast.play { cast in
    let planted = try await Planted(cast)
    let reads = Routes.all.filter { $0.method == .get && $0.path != "/v1/events" }
    #expect(reads.count > 20)
    for role in Cast.roles {
      var seen: Set<String> = []
      for endpoint in reads {
        for path in planted.targets(endpoint) {
          for type in ["application/json", "text/csv"] {
            let answer = try await cast.client(role).get(path, ["Accept": type])
            seen.formUnion(Field.allCases.filter { $0.shows(in: answer, planted) }.map(\.rawValue))
          }
        }
      }
      #expect(seen == table.seen(by: role), "\(role)")
    }
    for endpoint in reads {
      for path in planted.targets(endpoint) {
        let answer = try await cast.clients.nobody.get(path)
        #expect(!Field.allCases.contains { $0.shows(in: answer, planted) }, "\(path)")
      }
    }
  }
}

/// What may be told of a donor or a patient, by the words of the documentation.
private enum Field: String, CaseIterable {
  case id = "donor's id"
  case name
  case birthDate = "birth date"
  case lastDigits = "last two digits of the IIN"
  case iin = "whole IIN"
  case phone = "telephone"
  case documentEnd = "last two characters of a document's number"
  case document = "whole number of a document"
  case latin = "name in Latin letters"
  case doubt = "why an IIN differs"
  case correction = "why a record was corrected"
  case contact = "further contacts"
  case consent = "consents"
  case rest = "until when not to be spoken to"
  case reason = "reason of a deferral"
  case refusal = "reason of a refusal at a drive"
  case measured = "what was measured at a drive"
  case patient = "patient's reference"

  func shows(in answer: TestResponse, _ planted: Planted) -> Bool {
    let value =
      switch self {
      case .id: planted.donor
      case .name: Planted.name
      case .birthDate: "1987-03-29"
      case .lastDigits: "•13"
      case .iin: Planted.iin
      case .phone: Planted.phone.dropFirst().description
      case .documentEnd: "•47"
      case .document: Planted.document
      case .latin: Planted.latin
      case .doubt: Planted.doubt
      case .correction: Planted.correction
      case .contact: Planted.email
      case .consent: Planted.consent
      case .rest: Planted.rest
      case .reason: Planted.reason
      case .refusal: Planted.refusal
      case .measured: Planted.weight
      case .patient: Planted.reference
      }
    return answer.text.contains(value)
  }
}

/// The table of `docs/PRIVACY.md`: a line for each field, a column for each role.
private struct PrivacyTable {
  private let rows: [(field: String, roles: Set<String>)]

  init() throws {
    let file = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "docs/PRIVACY.md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    let start = try #require(lines.firstIndex { $0.first == "field" })
    let roles = lines[start].dropFirst()
    rows = lines[(start + 2)...].prefix { $0.count == roles.count + 1 }.map { cells in
      let readers = zip(roles, cells.dropFirst()).filter { $0.1 == "●" }.map(\.0)
      return (cells[0], Set(readers))
    }
  }

  var fields: [String] { rows.map(\.field) }

  func seen(by role: Role) -> Set<String> {
    Set(rows.filter { $0.roles.contains("`\(role.rawValue)`") }.map(\.field))
  }
}
