import App
import Configuration
import Foundation
import SystemPackage

/// What an operator can set: command line over environment over file over default.
///
/// The file is named by `TAMSHY_CONFIG`; every key of it has its twin in the
/// environment: `database.url` is `TAMSHY_DATABASE_URL`.
struct Settings: Sendable {
  private let reader: ConfigReader

  /// Reads the environment, and the file if there is one.
  static func load() async throws -> Settings {
    let environment = EnvironmentVariablesProvider().prefixKeys(with: "tamshy")
    guard let path = ProcessInfo.processInfo.environment["TAMSHY_CONFIG"] else {
      return Settings(reader: ConfigReader(provider: environment))
    }
    do {
      let file = try await FileProvider<YAMLSnapshot>(filePath: FilePath(path))
      return Settings(reader: ConfigReader(providers: [environment, file]))
    } catch {
      throw Failure.badData("The configuration \(path) cannot be read: \(error)")
    }
  }

  /// Where the HTTP server listens (`http.host`, default 127.0.0.1).
  var host: String { reader.string(forKey: "http.host", default: "127.0.0.1") }
  /// `http.port`, default 8080; 0 takes any free one.
  var port: Int { reader.int(forKey: "http.port", default: 8080) }
  /// `metrics.port`: where Prometheus reads; 0 serves none.
  func metricsPort(default port: Int) -> Int {
    reader.int(forKey: "metrics.port", default: port)
  }
  /// `database.url`: a libpq connection string; `up` needs none.
  var databaseURL: String? {
    reader.string(forKey: "database.url", isSecret: true)
  }
  /// `database.pool`: connections at most, default 8.
  var poolSize: Int { reader.int(forKey: "database.pool", default: 8) }
  /// `policy`: the code of a shipped policy or a path, default kz.
  var policy: String { reader.string(forKey: "policy", default: "kz") }
  /// `state.dir`: where `up` keeps its PostgreSQL.
  var stateFolder: String? { reader.string(forKey: "state.dir") }
}

/// An error that ends the command, with its exit code and a sentence.
struct Failure: Error, CustomStringConvertible {
  let code: Int32
  let description: String

  /// 65: what was given is wrong.
  static func badData(_ text: String) -> Failure { Failure(code: 65, description: text) }
  /// 69: what is needed is not there.
  static func unavailable(_ text: String) -> Failure { Failure(code: 69, description: text) }
  /// 75: it may work in a moment.
  static func tryAgain(_ text: String) -> Failure { Failure(code: 75, description: text) }
}
