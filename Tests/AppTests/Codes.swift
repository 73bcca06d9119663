import Foundation

/// The stable codes that stand in the sources, found by the shapes in which they are
/// written there.
enum Codes {
  static func ofTheSources() throws -> Set<String> {
    let sources = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources")
    return try ["App", "Domain", "Store"].reduce(into: Set()) { codes, target in
      let files = FileManager.default.enumerator(
        at: sources.appending(path: target), includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL {
        guard file.pathExtension == "swift" else { continue }
        codes.formUnion(found(in: try String(contentsOf: file, encoding: .utf8)))
      }
    }
  }

  private static func found(in text: String) -> Set<String> {
    var codes: Set<String> = []
    let shapes = [
      #/complain\(\s*[^,()]+,\s*"([a-z_]+)"/#, #/FieldProblem\([^"]*"[^"]*",\s*"([a-z_]+)"/#,
      #/FieldProblem\(\s*pointer,\s*"([a-z_]+)"/#, #/MalformedRequest\("([a-z_]+)"/#,
      #/Problem\(\s*\.[a-zA-Z]+,\s*"([a-z_]+)"/#, #/code: "([a-z_]+)"/#,
    ]
    for shape in shapes {
      codes.formUnion(text.matches(of: shape).map { String($0.1) })
    }
    codes.formUnion(text.matches(of: #/NotFound\("([a-z]+)"\)/#).map { "\($0.1)_not_found" })
    codes.formUnion(
      text.matches(of: #/call\.id\("[a-z]+", "([a-z]+)"\)/#).map { "\($0.1)_not_found" })
    for start in text.ranges(of: "var code: String {") { codes.formUnion(block(text, start)) }
    return codes
  }

  /// The texts between a brace and its partner.
  private static func block(_ text: String, _ start: Range<String.Index>) -> Set<String> {
    var depth = 1
    let body = text[start.upperBound...].prefix { letter in
      if letter == "{" { depth += 1 }
      if letter == "}" { depth -= 1 }
      return depth > 0
    }
    return body.matches(of: #/"(\\\(kind\))?([a-z_]+)"/#).reduce(into: Set()) { codes, match in
      if match.1 == nil {
        codes.insert(String(match.2))
      } else {
        codes.formUnion(["iin", "bin"].map { "\($0)\(match.2)" })
      }
    }
  }
}
