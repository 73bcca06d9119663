extension Connection {
  /// Begins a transaction and, in it, a COPY.
  func startCopy(
    _ query: Query, _ options: TransactionOptions, deadline: ContinuousClock.Instant?,
    _ before: @Sendable (Transaction) throws -> Void
  ) throws {
    _ = try begin(options, deadline: deadline)
    try continuing { session in
      try session.within(before)
      try session.startCopy(query)
    }
  }

  func sendCopy(_ bytes: [UInt8], of query: Query) throws {
    // Not rolled back here: an unfinished COPY has to be abandoned first.
    guard let session else { throw PostgresError(.misuse, "no COPY is open", query: query.name) }
    try session.sendCopy(bytes, of: query)
  }

  func abandonCopy(of query: Query) {
    guard let session else { return }
    session.abandonCopy(of: query)
    session.rollBack()
    discardUnlessReusable()
  }

  /// Ends the COPY and commits.
  func endCopy<T: Sendable>(
    _ query: Query, _ options: TransactionOptions, deadline: ContinuousClock.Instant?,
    _ after: @Sendable (Transaction, Int) throws -> T
  ) throws -> T {
    defer { discardUnlessReusable() }
    return try continuing { session in
      let count = try session.endCopy(of: query)
      return try session.finish(options, deadline: deadline) { try after($0, count) }
    }
  }

  /// The next rows; nil once there are no more and the transaction is committed.
  func receiveCopy(of query: Query) throws -> [UInt8]? {
    try continuing { session in
      if let chunk = try session.receiveCopy(of: query) { return chunk }
      try session.commit(readOnly: true)
      return nil
    }
  }
}
