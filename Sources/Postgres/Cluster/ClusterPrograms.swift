import Foundation

/// The programs of one PostgreSQL installation.
struct ClusterPrograms: Sendable {
  let folder: String
  let version: Int

  var postgres: String { folder + "/postgres" }
  var initdb: String { folder + "/initdb" }

  /// Finds an installation: the one that made the data if there is data, else the newest.
  ///
  /// - Throws: a sentence that names the way out if there is none, or none of that version.
  static func find(for dataVersion: Int?, output: String) throws -> ClusterPrograms {
    var versions: [Int] = []
    for folder in candidates where isExecutable(folder + "/postgres") {
      guard let version = try version(of: folder, output: output) else { continue }
      if dataVersion == nil || dataVersion == version {
        return ClusterPrograms(folder: folder, version: version)
      }
      versions.append(version)
    }
    guard let dataVersion, !versions.isEmpty else {
      throw PostgresError(
        .cluster,
        "PostgreSQL is not installed: install it (apt-get install postgresql) or set PG_BIN_DIR")
    }
    let found = versions.map(String.init).joined(separator: ", ")
    throw PostgresError(
      .cluster,
      "the data was made by PostgreSQL \(dataVersion), and only \(found) is installed: "
        + "install version \(dataVersion), or move the data with pg_upgrade")
  }

  private static var candidates: [String] {
    let environment = ProcessInfo.processInfo.environment
    if let chosen = environment["PG_BIN_DIR"], !chosen.isEmpty { return [chosen] }
    let path = environment["PATH"] ?? ""
    return (14...18).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
      + path.split(separator: ":").map(String.init)
  }

  private static func isExecutable(_ path: String) -> Bool {
    unsafe access(path, X_OK) == 0
  }

  /// Asks the server's program for its major version: `postgres (PostgreSQL) 15.18 (Debian …)`.
  private static func version(of folder: String, output: String) throws -> Int? {
    let answer = output + ".version.\(UUID().uuidString)"
    defer { unsafe unlink(answer) }
    guard try ChildProcess.run([folder + "/postgres", "--version"], output: answer) == 0 else {
      return nil
    }
    let text = try String(contentsOfFile: answer, encoding: .utf8)
    guard let number = text.split(separator: " ").first(where: { $0.first?.isNumber ?? false })
    else { return nil }
    return Int(number.prefix { $0.isNumber })
  }
}
