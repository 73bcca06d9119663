import CLibPQ

extension Session {
  /// Opens a connection; the caller closes it.
  static func connect(_ settings: DatabaseSettings) throws -> OpaquePointer {
    try settings.checkTransport()
    let parameters = settings.parameters
    let handle = unsafe withCStrings(parameters.map(\.name)) { names in
      unsafe withCStrings(parameters.map(\.value)) { values in
        // 1: the `dbname` is a whole connection string.
        unsafe PQconnectdbParams(names, values, 1)
      }
    }
    guard let handle = unsafe handle else {
      throw PostgresError(.connectionLost, "out of memory")
    }
    guard unsafe PQstatus(handle) == CONNECTION_OK else {
      defer { unsafe PQfinish(handle) }
      // Words about hosts and roles: there is no row yet that they could quote.
      let message = unsafe String(cString: PQerrorMessage(handle))
      throw PostgresError(
        .connectionLost, message.split(whereSeparator: \.isNewline).joined(separator: " "))
    }
    return unsafe handle
  }
}

/// Lends an array of strings to C, ended by a null pointer.
func withCStrings<T>(
  _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) throws -> T
) rethrows -> T {
  let text: [UInt8] = strings.flatMap { Array($0.utf8) + [0] }
  var start = 0
  let starts = strings.map { string in
    defer { start += string.utf8.count + 1 }
    return start
  }
  return try unsafe text.withUnsafeBytes { raw in
    let base = unsafe raw.baseAddress?.assumingMemoryBound(to: CChar.self)
    var pointers = unsafe starts.map { start in unsafe base.map { unsafe $0 + start } }
    unsafe pointers.append(nil)
    return try unsafe pointers.withUnsafeBufferPointer { try unsafe body($0.baseAddress) }
  }
}

extension DatabaseSettings {
  /// What libpq is told: later ones win, so that the URI may overrule what stands before it.
  fileprivate var parameters: [(name: String, value: String)] {
    [
      ("application_name", applicationName),
      ("connect_timeout", String(max(2, connectTimeout.components.seconds))),
      // A peer that vanished without a word is noticed within half a minute.
      ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "30000"),
      ("dbname", uri),
      ("client_encoding", "UTF8"),
    ]
  }

  /// The statement that settles how this session writes values and how long it may take.
  ///
  /// A SELECT instead of the `options` parameter, which would overwrite what the URI says there.
  /// Compiling a plan takes seconds where row-level security makes it look dear, and pays off
  /// only in statements longer than any of a service.
  static let settling = Query(
    name: "connection.settle",
    text: """
      select set_config('TimeZone', 'UTC', false),
        set_config('DateStyle', 'ISO, YMD', false),
        set_config('bytea_output', 'hex', false),
        set_config('jit', 'off', false),
        set_config('statement_timeout', $1, false),
        set_config('lock_timeout', $2, false),
        set_config('idle_in_transaction_session_timeout', $3, false),
        set_config('role', coalesce($4, current_setting('role')), false)
      """)

  func settlingBinds() throws -> BindText {
    var binds = BindText()
    for limit in [statementTimeout, lockTimeout, idleInTransactionTimeout] {
      try binds.bind(String(limit.milliseconds))
    }
    try binds.bind(role)
    return binds
  }
}
