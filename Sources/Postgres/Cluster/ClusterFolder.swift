import Foundation

/// Where a cluster keeps what.
struct ClusterFolder: Sendable {
  let path: String
  let isDurable: Bool

  var data: String { path + "/data" }
  /// Where a new cluster is made before it is renamed, so that a crash leaves no half of one.
  var unfinishedData: String { path + "/data.tmp" }
  /// Held with `flock` by the process that runs the server.
  var lock: String { path + "/lock" }
  /// What the server says before its own log is open, and all it says when it has none.
  var startLog: String { path + "/server.log" }
  var logs: String { path + "/log" }
  private var processFile: String { data + "/postmaster.pid" }

  /// The folder of the socket; a short one under `/tmp` when the path is too long for a socket.
  var socket: String {
    let own = path + "/socket"
    // sockaddr_un holds 107 bytes, and `/.s.PGSQL.5432` takes 14 of them.
    guard own.utf8.count + 14 > 107 else { return own }
    return "/tmp/pg-" + String(Self.hash(path), radix: 16)
  }

  /// The server's address for libpq.
  ///
  /// A busy server takes seconds to greet, and there is no other host to try meanwhile.
  func connectionString(database: String, user: String) -> String {
    [
      ("host", socket), ("port", "5432"), ("dbname", database), ("user", user),
      ("connect_timeout", "20"),
    ]
    .map { "\($0.0)='\(Self.escaped($0.1))'" }
    .joined(separator: " ")
  }

  /// The major version that made the data; nil if there is none yet.
  var version: Int? {
    // No file is an answer: there is no cluster yet.
    let text = try? String(contentsOfFile: data + "/PG_VERSION", encoding: .utf8)
    return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// The server that runs on this data, if one lives.
  var runningServer: Int32? {
    // No file is an answer: no server runs.
    guard let text = try? String(contentsOfFile: processFile, encoding: .utf8),
      let first = text.split(separator: "\n").first, let pid = Int32(first),
      Self.isPostgres(pid)
    else { return nil }
    return pid
  }

  /// Whether the process lives and is a PostgreSQL server: the number may be another's by now.
  private static func isPostgres(_ pid: Int32) -> Bool {
    // No file is an answer: no such process.
    let name = try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)
    return name?.hasPrefix("postgres") ?? false
  }

  /// The last words of the server, for an error.
  var lastWords: String {
    // Without a log there is nothing to quote.
    let log = (try? String(contentsOfFile: startLog, encoding: .utf8)) ?? ""
    return log.split(separator: "\n").suffix(3).joined(separator: "; ")
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
  }

  /// FNV-1a: the same folder has the same socket in every process.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
