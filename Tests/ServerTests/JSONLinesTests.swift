import Foundation
import Logging
import Synchronization
import Testing

@testable import Server

/// What a logger wrote, line by line.
private final class Paper: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  var logger: Logger {
    Logger(label: "test") { _ in
      JSONLines(level: .info) { new in self.bytes.withLock { $0 += new } }
    }
  }

  var lines: [String] {
    String(decoding: bytes.withLock { $0 }, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func facts() throws -> [[String: Any]] {
    try lines.map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }
}

@Test func `a line has its time, its level, its words and its facts`() throws {
  let paper = Paper()
  paper.logger.info(
    "request",
    metadata: ["route": "/v1/donors/:donor", "status": "200", "dur_ms": "1.5", "method": "GET"])
  let line = try #require(paper.lines.first)
  #expect(
    line.contains(
      /^\{"ts":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"info","msg":"request",/))
  let facts = try paper.facts()[0]
  #expect(facts["status"] as? Int == 200)
  #expect(facts["dur_ms"] as? Double == 1.5)
  #expect(facts["route"] as? String == "/v1/donors/:donor")
}

@Test func `a fact that is on no list is not written`() throws {
  let paper = Paper()
  var logger = paper.logger
  logger[metadataKey: "iin"] = "900517400018"
  logger.error(
    "oops",
    metadata: ["family_name": "Ахметова", "path": "/v1/donations/A99992600000100", "error": "x"])
  #expect(Set(try paper.facts()[0].keys) == ["ts", "level", "msg", "error"])
  #expect(!paper.lines.joined().contains("Ахметова"))
}

@Test(arguments: [
  "\"", "\\", "\n", "\u{0}", "\u{1F}", "\u{7F}", "Әлия 🩸", "a\r\n{\"level\":\"error\"}",
])
func `whatever is said stays one line of JSON`(text: String) throws {
  let paper = Paper()
  paper.logger.warning("\(text)", metadata: ["error": "\(text)", "status": "\(text)"])
  #expect(paper.lines.count == 1)
  let facts = try paper.facts()[0]
  #expect(facts["msg"] as? String == text)
  #expect(facts["error"] as? String == text)
  #expect(facts["status"] as? String == text)
}
