import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test func `a tower of brackets is refused before it is climbed`() async throws {
  try await Cast.play { cast in
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let tower = String(repeating: open, count: 33) + "1" + String(repeating: close, count: 33)
      let refused = try await cast.admin.post("/v1/hosts", #"{"name": \#(tower)}"#)
      #expect(refused.status == .badRequest)
      #expect(refused.code == "json_too_deep")
      let high = String(repeating: open, count: 31) + "1" + String(repeating: close, count: 31)
      let wrong = try await cast.admin.post("/v1/hosts", #"{"name": \#(high)}"#)
      #expect(wrong.status == .unprocessableContent)
    }
    let abyss = try await cast.admin.post("/v1/hosts", String(repeating: "[", count: 1_000_000))
    #expect(abyss.code == "json_too_deep")
  }
}

@Test func `brackets in a text are no depth`() {
  #expect(!JSONDepth.isExceeded(by: Array(#"{"a": "[[[[\"[[\\", "b": [1]}"#.utf8)))
  let text = "\"" + String(repeating: "[", count: 100) + "\""
  #expect(!JSONDepth.isExceeded(by: Array(text.utf8)))
  #expect(!JSONDepth.isExceeded(by: Array(String(repeating: "[],", count: 100).utf8)))
  #expect(JSONDepth.isExceeded(by: Array((#""\"""# + String(repeating: "[", count: 33)).utf8)))
}
