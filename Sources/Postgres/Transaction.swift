/// An open transaction, as the closure of `read` and `write` sees it.
///
/// Everything in it is synchronous, so that nothing waits for something else while locks are
/// held: only a write with a turn waits for it, before it locks what others need. It ends with
/// the closure: used later it throws.
package final class Transaction {
  private let session: Session
  private var hasEnded = false
  /// The first failure of a statement; the server will do nothing more in this transaction.
  private(set) var failure: (any Error)?

  init(session: Session) {
    self.session = session
  }

  /// The warnings and notices of this transaction so far.
  package var notices: [Notice] { session.notices.notices }

  /// All rows that the query answers.
  package func rows<Row: Decodable, each Bind: Bindable>(
    _ query: Query, _ binds: repeat each Bind, as: Row.Type = Row.self
  ) throws -> [Row] {
    try execute(query, repeat each binds).rows(as: Row.self)
  }

  /// The first row that the query answers, or nil.
  package func first<Row: Decodable, each Bind: Bindable>(
    _ query: Query, _ binds: repeat each Bind, as: Row.Type = Row.self
  ) throws -> Row? {
    let reply = try execute(query, repeat each binds)
    return reply.rowCount == 0 ? nil : try reply.row(0, as: Row.self)
  }

  /// The one row that the query answers.
  ///
  /// - Throws: `PostgresError` with kind `.cardinality` if there is none or more than one.
  package func one<Row: Decodable, each Bind: Bindable>(
    _ query: Query, _ binds: repeat each Bind, as: Row.Type = Row.self
  ) throws -> Row {
    let reply = try execute(query, repeat each binds)
    guard reply.rowCount == 1 else {
      throw PostgresError(
        .cardinality, "one row expected, \(reply.rowCount) answered", query: query.name)
    }
    return try reply.row(0, as: Row.self)
  }

  /// Runs a statement for its effect and answers the number of rows it touched.
  @discardableResult
  package func run<each Bind: Bindable>(
    _ query: Query, _ binds: repeat each Bind
  ) throws -> Int {
    try execute(query, repeat each binds).affected
  }

  /// Runs any number of statements that take no binds, a migration for example.
  package func script(_ text: String, named name: String) throws {
    try using { session in
      _ = try session.execute(script: text, named: name)
      guard session.isInTransaction else {
        throw PostgresError(.misuse, "the script ended its transaction itself", query: name)
      }
    }
  }

  private func execute<each Bind: Bindable>(
    _ query: Query, _ binds: repeat each Bind
  ) throws -> Reply {
    var text = BindText()
    do {
      for value in repeat each binds { try text.bind(value) }
    } catch var error as PostgresError {
      error.query = query.name
      throw error
    }
    return try using { try $0.execute(query, binds: text) }
  }

  /// Lends the session to one call, as long as the transaction is open and sound.
  func using<T>(_ body: (Session) throws -> T) throws -> T {
    guard !hasEnded else {
      throw PostgresError(.misuse, "a transaction was used after its closure returned")
    }
    if let failure { throw failure }
    do {
      return try body(session)
    } catch {
      if !session.isInTransaction { failure = error }
      throw error
    }
  }

  /// Takes the session back.
  func end() {
    hasEnded = true
  }
}
