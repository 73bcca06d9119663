import Foundation

/// Writes one Swift file that holds the text files given on the command line.
///
/// Arguments: the folder, the file to write, then the text files.
@main
enum EmbedTool {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().map { URL(filePath: $0) }
    guard arguments.count >= 2 else { throw Complaint("usage: EmbedTool FOLDER OUTPUT FILE…") }
    let folder = arguments[0].path()
    let files = try arguments[2...].map { url in
      // What is from elsewhere goes by its name alone.
      let path =
        url.path().hasPrefix(folder)
        ? url.path().dropFirst(folder.count).drop { $0 == "/" } : url.lastPathComponent[...]
      return (path: String(path), text: try String(contentsOf: url, encoding: .utf8))
    }
    let isSQL = files.contains { $0.path.hasSuffix(".sql") }
    let swift = try isSQL ? queriesAndMigrations(files) : shippedFiles(files)
    try swift.write(to: arguments[1], atomically: true, encoding: .utf8)
  }

  /// A sentence that the build prints when a file cannot be embedded.
  struct Complaint: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  private static func queriesAndMigrations(
    _ files: [(path: String, text: String)]
  ) throws -> String {
    var queries: [(name: String, text: String)] = []
    var migrations: [String] = []
    for file in files {
      if file.path.hasPrefix("queries/") {
        queries += try statements(of: file)
      } else if file.path.hasPrefix("migrations/") {
        let name = file.path.dropFirst("migrations/".count).dropLast(".sql".count)
        migrations.append("Migration(name: \"\(name)\", text: \(literal(file.text)))")
      }
    }
    let repeated = Dictionary(grouping: queries, by: \.name).filter { $1.count > 1 }.keys
    guard repeated.isEmpty else {
      throw Complaint("two queries share a name: \(repeated.sorted().joined(separator: ", "))")
    }
    let lines = queries.map { query in
      "  package static let \(query.name) = Query(name: \"\(query.name)\", text: "
        + "\(literal(query.text)))"
    }
    return """
      package import Postgres

      extension Query {
      \(lines.joined(separator: "\n"))

        /// Every named query, for the test that holds them against the schema.
        package static let all: [Query] = [\(queries.map { ".\($0.name)" }.joined(separator: ", "))]
      }

      extension Migration {
        /// Every migration in the order of its number.
        package static let all: [Migration] = [\(migrations.joined(separator: ",\n"))]
      }

      """
  }

  /// Cuts a file at its `-- name: logDonations` lines.
  private static func statements(
    of file: (path: String, text: String)
  ) throws -> [(name: String, text: String)] {
    let marker = "-- name: "
    var found: [(name: String, text: String)] = []
    for line in file.text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(marker) {
        let name = line.dropFirst(marker.count).trimmingCharacters(in: .whitespaces)
        guard name.wholeMatch(of: /[a-z][A-Za-z0-9]*/) != nil else {
          throw Complaint("\(file.path): \"\(name)\" is no lower-camel-case name")
        }
        found.append((name, ""))
      } else if !found.isEmpty {
        found[found.count - 1].text += line + "\n"
      } else if !line.isEmpty && !line.hasPrefix("--") {
        throw Complaint("\(file.path): a statement stands before the first \"\(marker)\"")
      }
    }
    return found
  }

  private static func shippedFiles(_ files: [(path: String, text: String)]) -> String {
    let entries = files.map { "    \"\($0.path)\": \(literal($0.text))," }
    return """
      /// The text files that the binary carries, by their path below `config/`.
      package enum Shipped {
        package static let files: [String: String] = [
      \(entries.isEmpty ? "    :" : entries.joined(separator: "\n"))
        ]
      }

      """
  }

  /// A raw literal whose fence is longer than any inside.
  private static func literal(_ text: String) -> String {
    var fence = "#"
    while text.contains("\"" + fence) { fence += "#" }
    let body = text.hasSuffix("\n") ? String(text.dropLast()) : text
    return "\(fence)\"\"\"\n\(body)\n\"\"\"\(fence)"
  }
}
