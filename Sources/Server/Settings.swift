import App
import Configuration
import Foundation
import Logging
import Postgres
import SystemPackage

/// What an operator can set: command line over environment over file over default.
///
/// The file is named by `TAMSHY_CONFIG`; every key of it has its twin in the
/// environment: `database.url` is `TAMSHY_DATABASE_URL`. All are in `config/tamshy.yaml`.
struct Settings: Sendable {
  let reader: ConfigReader
  /// The file that was read, if any.
  let file: String?

  /// Reads the environment, and the file if there is one.
  static func load(
    environment variables: [String: String] = ProcessInfo.processInfo.environment
  ) async throws -> Settings {
    let environment = EnvironmentVariablesProvider(environmentVariables: variables)
      .prefixKeys(with: "tamshy")
    guard let path = variables["TAMSHY_CONFIG"] else {
      return Settings(reader: ConfigReader(provider: environment), file: nil)
    }
    do {
      let file = try await FileProvider<YAMLSnapshot>(filePath: FilePath(path))
      return Settings(reader: ConfigReader(providers: [environment, file]), file: path)
    } catch {
      throw Failure.badData("The configuration \(path) cannot be read: \(error)")
    }
  }

  /// Where the HTTP server listens (`http.host`, default 127.0.0.1).
  var host: String { reader.string(forKey: "http.host", default: "127.0.0.1") }
  /// `http.port`, default 8080; 0 takes any free one.
  var port: Int { reader.int(forKey: "http.port", default: 8080) }
  /// `metrics.host`: where Prometheus reads, default 127.0.0.1.
  var metricsHost: String { reader.string(forKey: "metrics.host", default: "127.0.0.1") }
  /// `metrics.port`; 0 serves none.
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
  /// `privacy.key_file`: the file with the keys of identities, for `serve` and `keys`.
  var privacyKeyFile: String? { reader.string(forKey: "privacy.key_file") }
  /// `privacy.key`: the keys themselves, or `none` to serve without.
  var privacyKey: String? { reader.string(forKey: "privacy.key", isSecret: true) }
  /// `audit.key_file`: the key that signs the heads of the audit's chains.
  var auditKeyFile: String? { reader.string(forKey: "audit.key_file") }
  /// `confirmations`: the file of `tamshy policy confirm`; none unless given.
  var confirmations: String? { reader.string(forKey: "confirmations") }
  /// `state.dir`: where `up` keeps its PostgreSQL.
  var stateFolder: String? { reader.string(forKey: "state.dir") }
  /// `http.tls_cert`: the certificate with its chain, in PEM.
  var certificateFile: String? { text("http.tls_cert") }
  /// `http.tls_key`: its key, in PEM.
  var keyFile: String? { text("http.tls_key") }
  /// `disk.path`: the folder whose disk must not fill up.
  func diskPath(default path: String) -> String { text("disk.path") ?? path }
  /// `disk.floor_mb`: the free space below which the service is not ready, default 512.
  var diskFloor: Int { reader.int(forKey: "disk.floor_mb", default: 512) }
  /// Files that only the service may read, by the keys that name them.
  var secretFiles: [(key: String, path: String)] {
    ["http.tls_key", "privacy.key_file", "audit.key_file", "oidc.client_secret_file"]
      .compactMap { key in text(key).map { (key, $0) } }
  }

  /// A text that is there and not empty.
  func text(_ key: String) -> String? {
    reader.string(forKey: ConfigKey(key)).flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension Settings {
  /// What connections and callers may take, under `limits`.
  var connectionLimits: ConnectionLimits {
    var limits = ConnectionLimits()
    limits.headSeconds = reader.int(forKey: "limits.head_seconds", default: limits.headSeconds)
    limits.bodySeconds = reader.int(forKey: "limits.body_seconds", default: limits.bodySeconds)
    limits.idleSeconds = reader.int(forKey: "limits.idle_seconds", default: limits.idleSeconds)
    limits.stallSeconds = reader.int(forKey: "limits.stall_seconds", default: limits.stallSeconds)
    limits.headerBytes = reader.int(forKey: "limits.header_bytes", default: limits.headerBytes)
    limits.headerCount = reader.int(forKey: "limits.header_count", default: limits.headerCount)
    limits.connections = reader.int(forKey: "limits.connections", default: limits.connections)
    return limits
  }

  /// How much callers may ask for, under `limits`; `limits.rates: false` sets no limit.
  var rates: Rates {
    guard reader.bool(forKey: "limits.rates", default: true) else { return .none }
    func quota(_ key: String, _ quota: Quota) -> Quota {
      Quota(
        quota.name, reader.int(forKey: ConfigKey(key), default: quota.requests),
        per: quota.seconds)
    }
    var rates = Rates()
    rates.account = [quota("limits.account_per_minute", rates.account[0])]
    rates.address = [quota("limits.address_per_minute", rates.address[0])]
    rates.search = [
      quota("limits.donor_searches_per_minute", rates.search[0]),
      quota("limits.donor_searches_per_day", rates.search[1]),
    ]
    return rates
  }

  /// How the service stands in its network; `disk` is watched for free space.
  func options(disk: String, logsRequests: Bool) throws -> ServiceOptions {
    var options = ServiceOptions()
    guard let proxies = TrustedProxies(text("http.trusted_proxies") ?? "") else {
      throw Failure.badData(
        "http.trusted_proxies takes addresses and ranges such as 127.0.0.1, 10.0.0.0/8.")
    }
    options.proxies = proxies
    options.rates = rates
    options.passwordCheck = try passwordCheck
    options.demandsSecondFactor = reader.bool(forKey: "passwords.second_factor", default: false)
    options.openID = try openID
    options.logsRequests = reader.bool(forKey: "log.requests", default: logsRequests)
    let (path, floor) = (diskPath(default: disk), diskFloor)
    options.readiness = { [FreeSpace(path: path, floor: floor).check] }
    return options
  }

  /// What new passwords are compared with: the shipped lists, `passwords.words` of the house, and
  /// the file of breached ones that `passwords.breached_file` names.
  var passwordCheck: PasswordCheck {
    get throws {
      let words = (text("passwords.words") ?? "").split(separator: ",").map(String.init)
      let file = text("passwords.breached_file")
      do {
        return try PasswordCheck(words: words, breached: file)
      } catch  where file != nil {
        throw Failure.badData(
          "passwords.breached_file takes lines of SHA-1:count, sorted, as those of Have I Been "
            + "Pwned; \(file ?? "") cannot be read as such.")
      }
    }
  }

  /// The issuer at which people may sign in, under `oidc`; nil unless `oidc.issuer` is set.
  var openID: OpenIDSettings? {
    get throws {
      guard let issuer = text("oidc.issuer") else { return nil }
      var secret = ""
      if let path = text("oidc.client_secret_file") {
        guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
          throw Failure.badData("oidc.client_secret_file: \(path) cannot be read.")
        }
        secret = String(content.prefix { !$0.isNewline })
      }
      do {
        return try OpenIDSettings(
          issuer: issuer, clientID: text("oidc.client_id") ?? "", clientSecret: secret,
          redirectURL: text("oidc.redirect_url"),
          algorithms: (text("oidc.algorithms") ?? "RS256, ES256")
            .split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init),
          name: text("oidc.name"),
          maxAgeSeconds: reader.int(forKey: "oidc.max_age", default: 900))
      } catch {
        throw Failure.badData(error.advice)
      }
    }
  }

  /// The certificate to show, if both of its files are named.
  func certificates(_ certificate: String?, _ key: String?) throws -> Certificates? {
    switch (certificate ?? certificateFile, key ?? keyFile) {
    case (let certificate?, let key?): return try Certificates(certificate: certificate, key: key)
    case (nil, nil): return nil
    default: throw Failure.badData("A certificate needs its key: name both, or neither.")
    }
  }

  /// Whether a database over TCP may be reached without `sslmode=verify-full`.
  var allowsAnyTransport: Bool {
    get throws {
      guard let words = text("database.allow_plaintext_to") else { return false }
      guard words == Self.permission else {
        throw Failure.badData("database.allow_plaintext_to takes the words \"\(Self.permission)\".")
      }
      return true
    }
  }

  private static let permission = "yes, on a trusted network"

  /// The settings of a connection; refused if it would go unprotected through a network.
  func connection(to uri: String, as name: String = "tamshy") throws -> DatabaseSettings {
    var settings = DatabaseSettings(uri: uri, applicationName: name)
    settings.allowsAnyTransport = try allowsAnyTransport
    do {
      try settings.checkTransport()
    } catch {
      let words = (error as? PostgresError)?.explanation ?? "\(error)"
      throw Failure.badData(
        "The database is not reached safely: \(words). Set sslmode=verify-full and sslrootcert, "
          + "or, where nobody else can listen, database.allow_plaintext_to: \"\(Self.permission)\"."
      )
    }
    return settings
  }

  /// Begins to log, in the format and from the level that are set.
  func startLogging(default format: String) throws -> Logger {
    let name = text("log.level") ?? "info"
    guard let level = Logger.Level(rawValue: name) else {
      let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure.badData("log.level is one of \(levels), not \(name).")
    }
    switch text("log.format") ?? format {
    case "json":
      LoggingSystem.bootstrap { _ in JSONLines(level: level) }
    case "text":
      LoggingSystem.bootstrap { label in
        var handler = StreamLogHandler.standardError(label: label)
        handler.logLevel = level
        return handler
      }
    case let other: throw Failure.badData("log.format is json or text, not \(other).")
    }
    return Logger(label: "tamshy")
  }
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
