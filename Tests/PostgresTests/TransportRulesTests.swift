import Foundation
import Postgres
import Testing

/// The environment belongs to the whole process, so these tests take turns.
@Suite(.serialized) struct TransportRulesTests {
  @Test(arguments: [
    "postgresql:///tamshy", "postgresql:///tamshy?host=/run/postgresql",
    "postgresql://%2Frun%2Fpostgresql/tamshy", "host=/run/postgresql dbname=tamshy",
    "postgresql:///tamshy?host=/a,/b&sslmode=disable", "host=@abstract dbname=tamshy",
    "postgresql:///tamshy?host=/run/postgresql&sslmode=disable", "tamshy", "",
  ])
  func `a socket of this machine needs no protection`(uri: String) throws {
    let rules = try TransportRules(uri)
    #expect(rules.remoteHosts.isEmpty)
    #expect(rules.objection == nil)
  }

  @Test(arguments: [
    ("postgresql://db/tamshy", "prefer"), ("postgresql://db/tamshy?sslmode=require", "require"),
    ("postgresql://db/tamshy?sslmode=verify-ca", "verify-ca"),
    ("postgresql://db/tamshy?sslmode=disable", "disable"),
    ("postgresql://127.0.0.1/tamshy", "prefer"), ("host=localhost sslmode=allow", "allow"),
    ("postgresql://[::1]:5432/tamshy", "prefer"),
    ("postgresql://db/tamshy?sslmode=", "prefer"),
    ("postgresql://db/tamshy?sslmode=verify-full&sslmode=require", "require"),
  ])
  func `a network needs to be verified in full`(uri: String, mode: String) throws {
    let rules = try TransportRules(uri)
    #expect(rules.sslMode == mode)
    #expect(rules.objection?.contains("sslmode is \(mode)") == true)
  }

  @Test func `a verified connection is taken`() throws {
    #expect(try TransportRules("postgresql://db/tamshy?sslmode=verify-full").objection == nil)
    #expect(
      try TransportRules(
        "postgresql://db1,db2:5433/tamshy?sslmode=verify-full&target_session_attrs=read-write"
      ).objection == nil)
  }

  @Test func `one server of many that is remote is enough`() throws {
    let rules = try TransportRules("postgresql:///tamshy?host=/run/postgresql,db2")
    #expect(rules.remoteHosts == ["db2"])
    #expect(rules.objection != nil)
  }

  @Test func `an address goes before a name`() throws {
    #expect(
      try TransportRules("host=/run/postgresql hostaddr=10.0.0.1").remoteHosts == ["10.0.0.1"])
    #expect(try TransportRules("hostaddr=10.0.0.1").objection != nil)
  }

  @Test func `an old version of TLS is refused`() throws {
    let uri = "postgresql://db/tamshy?sslmode=verify-full&ssl_min_protocol_version="
    #expect(try TransportRules(uri + "TLSv1").objection?.contains("TLSv1") == true)
    #expect(try TransportRules(uri + "TLSv1.3").objection == nil)
  }

  @Test func `the environment speaks where the string is silent`() throws {
    try withVariable("PGSSLMODE", "verify-full") { () throws in
      #expect(try TransportRules("postgresql://db/tamshy").objection == nil)
      #expect(try TransportRules("postgresql://db/tamshy?sslmode=require").objection != nil)
    }
    try withVariable("PGHOST", "db.example") { () throws in
      #expect(try TransportRules("postgresql:///tamshy").remoteHosts == ["db.example"])
      #expect(try TransportRules("tamshy").objection != nil)
      #expect(try TransportRules("host=/run/postgresql").remoteHosts.isEmpty)
    }
    try withVariable("PGHOSTADDR", "10.0.0.9") { () throws in
      #expect(try TransportRules("host=/run/postgresql").remoteHosts == ["10.0.0.9"])
    }
    // The forerunner of sslmode.
    try withVariable("PGREQUIRESSL", "1") { () throws in
      #expect(try TransportRules("postgresql://db/tamshy").sslMode == "require")
    }
  }

  @Test func `a service file speaks where the string is silent`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).conf")
    try "[blood]\nhost=db.example\nsslmode=verify-full\n".write(
      to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    try withVariable("PGSERVICEFILE", file.path()) { () throws in
      try withVariable("PGSERVICE", "blood") { () throws in
        let rules = try TransportRules("dbname=tamshy")
        #expect(rules.remoteHosts == ["db.example"])
        #expect(rules.objection == nil)
      }
      #expect(try TransportRules("service=blood").objection?.contains("PGSERVICE") == true)
    }
  }

  @Test func `what libpq cannot read is refused without being quoted`() throws {
    let error = #expect(throws: PostgresError.self) {
      try TransportRules("postgresql://tamshy:secret@db/tamshy?nonsense=1")
    }
    #expect(error?.kind == .transport)
    #expect(error.map { "\($0)" }?.contains("secret") == false)
  }

  @Test func `an unsafe way is refused before anything is sent`() async throws {
    var settings = DatabaseSettings(uri: "postgresql://tamshy@127.0.0.1:1/tamshy")
    let refused = Database(settings)
    let error = try await postgresError { try await refused.read { _ in } }
    #expect(error.kind == .transport)
    settings.allowsAnyTransport = true
    let allowed = Database(settings)
    #expect(try await postgresError { try await allowed.read { _ in } }.kind == .connectionLost)
  }
}

private func withVariable(_ name: String, _ value: String, _ body: () throws -> Void) throws {
  setenv(name, value, 1)
  defer { unsetenv(name) }
  try body()
}
