import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

/// Numbers that end a process whose decoder is asked for an integer.
private let deadly = [
  "0." + String(repeating: "0", count: 129) + "1e148",
  "-0." + String(repeating: "0", count: 129) + "1e148",
  "1" + String(repeating: "0", count: 300) + "e-282",
]

@Test(arguments: deadly)
func `a number with hundreds of digits is refused, and nobody's service ends`(
  number: String
) async throws {
  try await Cast.play { cast in
    for body in ["{\"x\": \(number)}", "[\(number)]", "{\"name\":{\"a\":[\(number)]}}", number] {
      let refused = try await cast.clients.nobody.post("/v1/sessions", body)
      #expect(refused.status == .badRequest)
      #expect(refused.code == "json_number_too_long")
    }
    let cursor = Data(number.utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    let page = try await cast.auditor.get("/v1/audit?cursor=\(cursor)")
    #expect(page.status == .badRequest)
  }
}

@Test func `digits in a text are no number, and every Double is short enough`() {
  let digits = String(repeating: "1", count: 200)
  #expect(!JSONNumbers.areTooLong(in: Array("{\"a\": \"\(digits)\\\"\(digits)\"}".utf8)))
  let many = Array(repeating: "-1.7976931348623157e+308", count: 100).joined(separator: ",")
  #expect(!JSONNumbers.areTooLong(in: Array("[\(many)]".utf8)))
  #expect(JSONNumbers.areTooLong(in: Array("[\"\\\\\", \(digits)]".utf8)))
}
