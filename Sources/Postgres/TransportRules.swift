import CLibPQ

/// How a connection string reaches its servers, as libpq itself would read it.
///
/// What the string leaves out comes from the environment (`PGHOST`, `PGSSLMODE`, the service
/// that `PGSERVICE` names) and then from libpq's defaults.
package struct TransportRules: Sendable, Hashable {
  /// The servers that are reached over TCP; sockets of this machine are not among them.
  package let remoteHosts: [String]
  /// libpq's `sslmode` in force.
  package let sslMode: String
  /// The lowest version of TLS that is spoken.
  package let lowestVersion: String
  /// The service of `pg_service.conf` that the string names, whose contents nobody knows yet.
  package let unreadService: String?

  /// Reads a libpq URI or keyword string.
  ///
  /// - Throws: `PostgresError` with kind `.transport` if libpq cannot read it.
  package init(_ connectionString: String) throws {
    let given = try Self.given(connectionString)
    let defaults = try Self.defaults()
    // An empty value counts as none, in libpq as here.
    func value(_ name: String) -> String? {
      let found = given[name].flatMap { $0.isEmpty ? nil : $0 } ?? defaults[name]
      return found.flatMap { $0.isEmpty ? nil : $0 }
    }
    sslMode = value("sslmode") ?? "prefer"
    lowestVersion = value("ssl_min_protocol_version") ?? "TLSv1.2"
    unreadService = given["service"].flatMap { $0.isEmpty ? nil : $0 }
    remoteHosts = Self.remote(hosts: value("host"), addresses: value("hostaddr"))
  }

  /// What speaks against this transport for data about people, in words; nil if nothing does.
  ///
  /// Only `verify-full` knows whom it talks to: `require` takes any certificate from anybody.
  package var objection: String? {
    if let unreadService {
      return "the connection string names the service \(unreadService), whose settings cannot be "
        + "checked before connecting; name it in PGSERVICE instead"
    }
    guard !remoteHosts.isEmpty else { return nil }
    let hosts = remoteHosts.joined(separator: ", ")
    guard sslMode == "verify-full" else {
      return "sslmode is \(sslMode) for \(hosts), and only verify-full checks whom it talks to"
    }
    guard ["TLSv1.2", "TLSv1.3"].contains(lowestVersion) else {
      return
        "ssl_min_protocol_version is \(lowestVersion) for \(hosts), and TLS before 1.2 is broken"
    }
    return nil
  }

  /// Of each server the name or, where there is one, the address that libpq would take first.
  private static func remote(hosts: String?, addresses: String?) -> [String] {
    let addresses = list(addresses)
    let hosts = list(hosts)
    return (0..<max(hosts.count, addresses.count)).compactMap { index in
      if addresses.indices.contains(index), !addresses[index].isEmpty { return addresses[index] }
      let host = hosts.indices.contains(index) ? hosts[index] : ""
      // A path or an abstract name is a socket, and so is libpq's default.
      return host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") ? nil : host
    }
  }

  private static func list(_ text: String?) -> [String] {
    text?.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingSpaces
    } ?? []
  }

  /// What the string says itself.
  private static func given(_ text: String) throws -> [String: String] {
    // A bare word would be taken for a database's name, as libpq does with `dbname`.
    let isString = text.contains("=") || text.contains("://")
    guard isString else { return [:] }
    var complaint: UnsafeMutablePointer<CChar>?
    guard let options = unsafe PQconninfoParse(text, &complaint) else {
      // libpq's words may quote the string, and the string may hold a password.
      unsafe PQfreemem(complaint)
      throw PostgresError(.transport, "the connection string cannot be read by libpq")
    }
    defer { unsafe PQconninfoFree(options) }
    return unsafe values(options)
  }

  /// What the environment, its service file and libpq say where the string says nothing.
  private static func defaults() throws -> [String: String] {
    guard let options = unsafe PQconndefaults() else {
      throw PostgresError(.transport, "libpq cannot read its defaults; look at PGSERVICE")
    }
    defer { unsafe PQconninfoFree(options) }
    return unsafe values(options)
  }

  private static func values(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String]
  {
    var values: [String: String] = [:]
    var option = unsafe options
    while let keyword = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val {
        values[unsafe String(cString: keyword)] = unsafe String(cString: value)
      }
      unsafe option += 1
    }
    return values
  }
}

extension DatabaseSettings {
  /// Refuses a transport over which data about people must not go.
  ///
  /// - Throws: `PostgresError` with kind `.transport`, unless `allowsAnyTransport` says otherwise.
  package func checkTransport() throws {
    guard !allowsAnyTransport, let objection = try TransportRules(uri).objection else { return }
    throw PostgresError(.transport, objection)
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

/// The version of libpq that this process uses: 150018 is 15.18.
package func libpqVersion() -> Int { Int(PQlibVersion()) }
