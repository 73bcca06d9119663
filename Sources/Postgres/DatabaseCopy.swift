extension Database {
  /// Copies rows in with `COPY … FROM STDIN` as they come, in constant memory.
  ///
  /// - Parameters:
  ///   - query: The COPY statement; it takes no binds.
  ///   - rows: Rows in the statement's format, cut anywhere. If it throws, nothing is kept.
  ///   - options: How the transaction around it runs.
  /// - Returns: The number of rows.
  /// - Throws: what `rows` throws, or `PostgresError`.
  @discardableResult
  package func copyIn<Rows: AsyncSequence>(
    _ query: Query, rows: Rows, _ options: TransactionOptions = .write
  ) async throws -> Int where Rows.Element == [UInt8] {
    try await copyIn(query, rows: rows, options, before: { _ in }, after: { _, count in count })
  }

  /// Copies rows in between two closures of the same transaction.
  ///
  /// It is the way of an import: `before` makes a temporary table, the rows are copied into it,
  /// `after` checks them as a set and moves the good ones.
  ///
  /// - Returns: What `after` answers, which is told the number of rows.
  package func copyIn<Rows: AsyncSequence, T: Sendable>(
    _ query: Query, rows: Rows, _ options: TransactionOptions = .write,
    before: @Sendable (Transaction) throws -> Void,
    after: @Sendable (Transaction, Int) throws -> T
  ) async throws -> T where Rows.Element == [UInt8] {
    let deadline = options.deadline.map { ContinuousClock.now + $0 }
    let lease = try await pool.lease(until: deadline)
    defer { pool.giveBack(lease) }
    let connection = lease.connection
    return try await connection.lifeline.cut(at: deadline) {
      try await connection.startCopy(query, options, deadline: deadline, before)
      do {
        try await send(rows, of: query, to: connection)
      } catch {
        await connection.abandonCopy(of: query)
        throw error
      }
      return try await connection.endCopy(query, options, deadline: deadline, after)
    }
  }

  private func send<Rows: AsyncSequence>(
    _ rows: Rows, of query: Query, to connection: Connection
  ) async throws where Rows.Element == [UInt8] {
    var chunk: [UInt8] = []
    chunk.reserveCapacity(Session.copyChunk)
    for try await row in rows {
      chunk += row
      if chunk.count >= Session.copyChunk {
        try await connection.sendCopy(chunk, of: query)
        chunk.removeAll(keepingCapacity: true)
      }
    }
    try await connection.sendCopy(chunk, of: query)
  }

  /// Copies rows out with `COPY … TO STDOUT`, fetched as they are asked for.
  ///
  /// A reader who is slow slows the server down; one who leaves early drops the connection, for
  /// there is no other way to stop a COPY. A deadline does not count: the reader sets the pace.
  package func copyOut(
    _ query: Query, _ options: TransactionOptions = .read
  ) -> AsyncThrowingStream<[UInt8], any Error> {
    let copy = CopyOut(query, pool: pool, options)
    return AsyncThrowingStream { try await copy.next() }
  }
}

/// A COPY TO STDOUT under way; it ends with the last reference to it.
private final class CopyOut: Sendable {
  private enum State {
    case waiting
    case open(Pool.Lease)
    case done
  }

  private let query: Query
  private let pool: Pool
  private let options: TransactionOptions
  private let state = Locked(State.waiting)

  init(_ query: Query, pool: Pool, _ options: TransactionOptions) {
    self.query = query
    self.pool = pool
    self.options = options
  }

  deinit {
    guard case .open(let lease) = state.withLock({ $0 }) else { return }
    lease.connection.lifeline.cut()
    pool.giveBack(lease)
  }

  func next() async throws -> [UInt8]? {
    guard let connection = try await open() else { return nil }
    do {
      if let chunk = try await connection.receiveCopy(of: query) { return chunk }
      close()
      return nil
    } catch {
      close()
      throw error
    }
  }

  private func open() async throws -> Connection? {
    switch state.withLock({ $0 }) {
    case .done: return nil
    case .open(let lease): return lease.connection
    case .waiting:
      let lease = try await pool.lease(until: nil)
      state.withLock { $0 = .open(lease) }
      do {
        try await lease.connection.startCopy(query, options, deadline: nil) { _ in }
      } catch {
        close()
        throw error
      }
      return lease.connection
    }
  }

  private func close() {
    let lease = state.withLock { state -> Pool.Lease? in
      defer { state = .done }
      if case .open(let lease) = state { return lease }
      return nil
    }
    if let lease { pool.giveBack(lease) }
  }
}
