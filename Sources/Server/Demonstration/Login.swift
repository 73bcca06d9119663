import Domain
import Foundation

/// A way into the demonstration.
struct Login: Codable, Sendable {
  let role: Role
  let name: String
  let login: String
  let password: String
  /// For programs, as in the tour of the README.
  let token: String

  /// The log-ins as a table for the terminal, and where to use them.
  static func table(_ logins: [Login], address: String) -> [String] {
    guard !logins.isEmpty else { return [] }
    let width = logins.map(\.name.count).max() ?? 0
    return [
      "", "The shortage page: \(address)/shortages",
      "Finding a donor, for drive staff: \(address)/donors",
      "Sign in with a name and its password; programs send the token:",
    ]
      + logins.map { login in
        "  " + login.name.padding(toLength: width, withPad: " ", startingAt: 0) + "  "
          + login.login.padding(toLength: 12, withPad: " ", startingAt: 0) + "  "
          + login.password + "  " + login.token
      }
  }
}

/// The log-ins of the demonstration, kept readable by their owner alone so that a
/// second start can print them again.
struct LoginFile {
  let url: URL

  func read() -> [Login]? {
    // Not there yet, or not ours: then new ones are made.
    guard let data = try? Data(contentsOf: url) else { return nil }
    return try? JSONDecoder().decode([Login].self, from: data)
  }

  func write(_ logins: [Login]) throws {
    try JSONEncoder().encode(logins).write(to: url, options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path())
  }
}
