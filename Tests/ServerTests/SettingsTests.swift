import App
import Foundation
import Postgres
import Testing

@testable import Server

/// Every key of the shipped file, with those that stand in it as a comment.
private func shippedKeys() throws -> [String: String] {
  let text = try String(contentsOfFile: "config/tamshy.yaml", encoding: .utf8)
  var keys: [String: String] = [:]
  var section = ""
  for line in text.split(separator: "\n") {
    guard let match = line.firstMatch(of: /^( *)(?:# ?)?( *)([a-z_]+):(?: (.*))?$/) else {
      continue
    }
    let isIndented = !match.output.1.isEmpty || !match.output.2.isEmpty
    let (name, value) = (String(match.output.3), match.output.4.map(String.init))
    if let value {
      // Words of a comment that end in a colon are no keys.
      if !line.contains("# ") || value.hasPrefix("/") || value.hasPrefix("postgresql:") {
        keys[isIndented ? "\(section).\(name)" : name] = value
      }
    } else if !isIndented {
      section = name
    }
  }
  return keys
}

@Test func `the shipped file shows the defaults`() async throws {
  let shipped = try await Settings.load(environment: ["TAMSHY_CONFIG": "config/tamshy.yaml"])
  let bare = try await Settings.load(environment: [:])
  #expect(shipped.host == bare.host && shipped.port == bare.port)
  #expect(shipped.metricsHost == bare.metricsHost && shipped.metricsPort(default: 0) == 9464)
  #expect(shipped.poolSize == bare.poolSize && shipped.policy == bare.policy)
  #expect(shipped.diskFloor == bare.diskFloor)
  #expect("\(shipped.connectionLimits)" == "\(bare.connectionLimits)")
  #expect("\(shipped.rates)" == "\(bare.rates)")
  #expect(try !shipped.allowsAnyTransport)
  #expect(try shipped.options(disk: ".", logsRequests: false).proxies.isEmpty)
}

@Test func `every key that is read is in the shipped file, and every key there is read`() throws {
  let source = try String(contentsOfFile: "Sources/Server/Settings.swift", encoding: .utf8)
  let read = Set(
    source.matches(
      of:
        /"((?:http|metrics|log|database|disk|limits|privacy|audit|oidc|state|passwords)\.[a-z_]+|policy|confirmations)"/
    )
    .map { String($0.output.1) })
  // The keys of identities themselves stand in the environment, never in that file.
  let shipped = Set(try shippedKeys().keys).union(["state.dir", "privacy.key"])
  #expect(read.subtracting(shipped).isEmpty, "not in config/tamshy.yaml")
  #expect(shipped.subtracting(read).isEmpty, "not in Settings.swift")
}

@Test func `the environment wins over the file`() async throws {
  let settings = try await Settings.load(environment: [
    "TAMSHY_CONFIG": "config/tamshy.yaml", "TAMSHY_LIMITS_RATES": "false",
    "TAMSHY_LIMITS_HEAD_SECONDS": "3", "TAMSHY_HTTP_TRUSTED_PROXIES": "10.0.0.0/8",
  ])
  #expect(settings.connectionLimits.headSeconds == 3)
  #expect(settings.rates.account.isEmpty && settings.rates.search.isEmpty)
  #expect(try !settings.options(disk: ".", logsRequests: false).proxies.isEmpty)
}

@Test(arguments: [
  ["TAMSHY_HTTP_TRUSTED_PROXIES": "everybody"], ["TAMSHY_DATABASE_ALLOW_PLAINTEXT_TO": "yes"],
])
func `a setting that cannot be meant is refused in words`(
  environment: [String: String]
) async throws {
  let settings = try await Settings.load(environment: environment)
  let failure = #expect(throws: Failure.self) {
    _ = try settings.options(disk: ".", logsRequests: false)
    _ = try settings.allowsAnyTransport
  }
  #expect(failure?.code == 65)
}

@Test func `an unsafe way to the database needs the words`() async throws {
  let uri = "postgresql://tamshy@db/tamshy"
  let strict = try await Settings.load(environment: [:])
  let failure = #expect(throws: Failure.self) { try strict.connection(to: uri) }
  #expect(failure?.description.contains("sslmode=verify-full") == true)
  #expect(try strict.connection(to: uri + "?sslmode=verify-full").allowsAnyTransport == false)
  let told = try await Settings.load(environment: [
    "TAMSHY_DATABASE_ALLOW_PLAINTEXT_TO": "yes, on a trusted network"
  ])
  #expect(try told.connection(to: uri).allowsAnyTransport)
}

@Test func `half a certificate is refused`() async throws {
  let settings = try await Settings.load(environment: ["TAMSHY_HTTP_TLS_CERT": "/tmp/c.pem"])
  #expect(throws: Failure.self) { try settings.certificates(nil, nil) }
  let findings = await Doctor(settings: settings, stateDir: "/nowhere").findings()
  #expect(findings.contains { $0.check == "settings" && $0.verdict == .fail })
  #expect(findings.contains { $0.check == "database" && $0.verdict == .fail })
}

@Test(arguments: ["\n", "\r\n"])
func `the doctor sees a password that others may read, however lines end`(end: String) async throws
{
  try await Shop.folder { folder in
    let file = folder.appending(path: "tamshy.yaml")
    let text = ["database:", "  url: postgres://u:secret@127.0.0.1:1/db", ""]
    try Data(text.joined(separator: end).utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
    let settings = try await Settings.load(environment: ["TAMSHY_CONFIG": file.path])
    let findings = await Doctor(settings: settings, stateDir: "/nowhere").findings()
    #expect(findings.contains { $0.check == "file" && $0.verdict == .fail }, "\(findings)")
  }
}

@Test func `the doctor sees a key that others may read, and a certificate that ends`() async throws
{
  try await Shop.folder { folder in
    let files = try await Shop.certificate("short", in: folder, days: 5)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: files.key)
    let settings = try await Settings.load(environment: [
      "TAMSHY_HTTP_TLS_CERT": files.certificate, "TAMSHY_HTTP_TLS_KEY": files.key,
      "TAMSHY_HTTP_PORT": "9464",
    ])
    let findings = await Doctor(settings: settings, stateDir: "/nowhere").findings()
    func verdict(_ check: String) -> Finding.Verdict? {
      findings.first { $0.check == check }?.verdict
    }
    #expect(verdict("file") == .fail)
    #expect(verdict("certificate") == .warn)
    #expect(verdict("settings") == .fail, "both ports are 9464")
    let later = Doctor(
      settings: settings, stateDir: "/nowhere", now: { Date().addingTimeInterval(10 * 86_400) })
    #expect(await later.findings().contains { $0.check == "certificate" && $0.verdict == .fail })
  }
}
