import CLibPQ

/// One libpq connection: opened by its initialiser, closed with the object.
///
/// Every call blocks until the server has answered, so it belongs to one thread.
@safe final class Session {
  let notices = NoticeLog()
  private let handle: OpaquePointer
  private let lifeline: Lifeline
  /// The statements that this server process knows, by name.
  private var prepared: [String: Statement] = [:]
  private struct Statement {
    let text: String
    /// The columns it answers; the server refuses to run it once they are others.
    var columns: Columns?
  }
  /// Whether a plan no longer fits the schema: the session is done after this transaction.
  private var isStale = false

  init(_ settings: DatabaseSettings, lifeline: Lifeline) throws {
    self.lifeline = lifeline
    unsafe self.handle = try unsafe Self.connect(settings)
    unsafe notices.attach(to: handle)
    lifeline.attach(socket: unsafe PQsocket(handle))
    _ = try execute(DatabaseSettings.settling, binds: settings.settlingBinds())
    notices.clear()
  }

  deinit {
    lifeline.detach()
    unsafe PQfinish(handle)
  }

  /// Whether the connection stands, as far as this side knows.
  var isConnected: Bool { unsafe PQstatus(handle) == CONNECTION_OK }

  /// Whether the next transaction may use it.
  var isReusable: Bool {
    let isIdle = unsafe PQtransactionStatus(handle) == PQTRANS_IDLE
    return isConnected && isIdle && !isStale && !lifeline.isCut
  }

  /// Whether a transaction is open and sound.
  var isInTransaction: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_INTRANS }

  /// Whether a statement of the open transaction has failed.
  var isInFailedTransaction: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_INERROR }

  var socket: Int32 { unsafe PQsocket(handle) }

  /// Runs a statement, prepared on its first use in this session.
  func execute(_ query: Query, binds: BindText) throws -> Reply {
    try prepare(query)
    let count = Int32(binds.starts.count)
    let result = unsafe binds.withPointers { values in
      unsafe PQexecPrepared(handle, query.name, count, values, nil, nil, 0)
    }
    let columns = prepared[query.name]?.columns
    let answer = try unsafe reply(result, query: query.name, columns: columns)
    if columns == nil { prepared[query.name]?.columns = answer.columns }
    return answer
  }

  /// Runs any number of statements without binds, and answers the last one's reply.
  func execute(script: String, named name: String) throws -> Reply {
    try unsafe reply(PQexec(handle, script), query: name)
  }

  private func prepare(_ query: Query) throws {
    if let statement = prepared[query.name] {
      guard statement.text == query.text else {
        throw PostgresError(.misuse, "two statements have one name", query: query.name)
      }
      return
    }
    _ = try unsafe reply(PQprepare(handle, query.name, query.text, 0, nil), query: query.name)
    prepared[query.name] = Statement(text: query.text)
  }

  /// Takes a result over, or throws what it says.
  func reply(
    _ result: OpaquePointer?, query: String, columns: Columns? = nil
  ) throws -> Reply {
    guard let result = unsafe result else { throw lost(query: query) }
    switch unsafe PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_COPY_IN, PGRES_COPY_OUT:
      return unsafe Reply(result: result, query: query, columns: columns)
    default:
      defer { unsafe PQclear(result) }
      throw unsafe failure(Diagnostic(result: result), query: query)
    }
  }

  private func failure(_ diagnostic: Diagnostic, query: String) -> PostgresError {
    // "cached plan must not change result type": a migration came between.
    if diagnostic.sourceFunction == "RevalidateCachedQuery" { isStale = true }
    let error = diagnostic.error(query: query)
    return isConnected ? error : lost(query: query, cause: error)
  }

  /// What a broken connection means before COMMIT was sent.
  func lost(query: String, cause: PostgresError? = nil) -> PostgresError {
    var error =
      lifeline.isCut
      ? PostgresError(.deadline, "the connection was dropped when time was up", query: query)
      : PostgresError(.connectionLost, cause?.state?.name, query: query)
    let message = unsafe String(cString: PQerrorMessage(handle))
    error.message = cause?.message ?? message
    return error
  }
}

extension Session {
  /// Lends libpq's handle to the parts of this library that wait on it or copy through it.
  func withHandle<T>(_ body: (OpaquePointer) throws -> T) rethrows -> T {
    try unsafe body(handle)
  }

  /// A text as a literal of SQL, quotes included.
  func literal(_ text: String) throws -> String {
    try unsafe escaped(text, PQescapeLiteral)
  }

  /// A name as an identifier of SQL, quotes included.
  func identifier(_ name: String) throws -> String {
    try unsafe escaped(name, PQescapeIdentifier)
  }

  private func escaped(
    _ text: String,
    _ escape: (OpaquePointer?, UnsafePointer<CChar>?, Int) -> UnsafeMutablePointer<CChar>?
  ) throws -> String {
    guard !text.utf8.contains(0) else {
      throw PostgresError(.binding, "a text holds U+0000, which PostgreSQL cannot store")
    }
    guard let result = unsafe escape(handle, text, text.utf8.count) else {
      throw PostgresError(.binding, "a text is not UTF-8 to the server")
    }
    defer { unsafe PQfreemem(result) }
    return unsafe String(cString: result)
  }
}
