/// One place at the server: a thread, and the session it holds while there is need of one.
///
/// The session is opened on first use and again after it broke, so a connection is never broken
/// for longer than the server is away.
actor Connection {
  nonisolated let lifeline = Lifeline()
  private let settings: DatabaseSettings
  private let executor: ThreadExecutor
  private(set) var session: Session?

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Makes a connection that will open itself when it is used.
  init(_ settings: DatabaseSettings) {
    self.settings = settings
    executor = ThreadExecutor(name: settings.applicationName)
  }

  deinit { executor.stop() }

  /// Runs a closure in a transaction of its own.
  func transact<T: Sendable>(
    _ options: TransactionOptions, deadline: ContinuousClock.Instant?,
    _ body: @Sendable (Transaction) throws -> T
  ) throws -> T {
    defer { discardUnlessReusable() }
    let session = try begin(options, deadline: deadline)
    return try session.finish(options, deadline: deadline, body)
  }

  /// Begins a transaction, on a fresh session if the one at hand proves dead.
  func begin(
    _ options: TransactionOptions, deadline: ContinuousClock.Instant?
  ) throws -> Session {
    discardUnlessReusable()
    if let session {
      do {
        try session.begin(options)
        return session
      } catch let error as PostgresError where error.kind == .connectionLost {
        // Nothing of the transaction was sent yet, so it may start anew.
        self.session = nil
      }
    }
    let fresh = try Session(settings, lifeline: lifeline)
    session = fresh
    try fresh.checkTime(until: deadline)
    try fresh.begin(options)
    return fresh
  }

  /// Runs the first closure of a transaction, which stays open.
  func begin<T: Sendable>(
    _ options: TransactionOptions, deadline: ContinuousClock.Instant?,
    _ body: @Sendable (Transaction) throws -> T
  ) throws -> T {
    _ = try begin(options, deadline: deadline)
    return try continuing { try $0.within(body) }
  }

  /// Runs the last closure of the transaction that is open, and commits.
  func finish<T: Sendable>(
    _ options: TransactionOptions, deadline: ContinuousClock.Instant?,
    _ body: @Sendable (Transaction) throws -> T
  ) throws -> T {
    defer { discardUnlessReusable() }
    return try continuing { try $0.finish(options, deadline: deadline, body) }
  }

  /// Rolls back the transaction that is open.
  func abandon() {
    session?.rollBack()
    discardUnlessReusable()
  }

  /// Does work with the session that `begin` has opened a transaction on.
  func continuing<T: Sendable>(_ body: @Sendable (Session) throws -> T) throws -> T {
    guard let session else { throw PostgresError(.misuse, "no transaction is open") }
    do {
      return try body(session)
    } catch {
      session.rollBack()
      discardUnlessReusable()
      throw error
    }
  }

  /// Does work that may not stand in a transaction, `CREATE DATABASE` for example.
  func outsideTransaction<T: Sendable>(_ body: @Sendable (Session) throws -> T) throws -> T {
    defer { discardUnlessReusable() }
    let session = try session ?? Session(settings, lifeline: lifeline)
    self.session = session
    return try body(session)
  }

  /// Asks an idle session whether it lives; a dead one is dropped.
  func check() {
    guard let session else { return }
    // A failure shows in the session's state, which is what is asked next.
    _ = try? session.execute(script: "", named: "check")
    discardUnlessReusable()
  }

  /// Closes the session.
  func close() {
    session = nil
  }

  func discardUnlessReusable() {
    if let session, !session.isReusable { self.session = nil }
  }
}
