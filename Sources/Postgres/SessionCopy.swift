import CLibPQ

extension Session {
  /// Bytes that go over to the connection's thread at a time.
  static let copyChunk = 65_536

  /// Starts a COPY; the data follow or are to be fetched.
  func startCopy(_ query: Query) throws {
    _ = try execute(script: query.text, named: query.name)
  }

  /// Sends a piece of the data of a COPY FROM STDIN, which may end in the middle of a row.
  func sendCopy(_ bytes: [UInt8], of query: Query) throws {
    let sent = unsafe bytes.withUnsafeBytes { raw in
      let start = unsafe raw.baseAddress?.assumingMemoryBound(to: CChar.self)
      return unsafe withHandle { unsafe PQputCopyData($0, start, Int32(raw.count)) }
    }
    guard sent == 1 else { throw lost(query: query.name) }
  }

  /// Ends the data of a COPY FROM STDIN and answers the rows that the server took.
  func endCopy(of query: Query) throws -> Int {
    let ended = unsafe withHandle { unsafe PQputCopyEnd($0, nil) }
    guard ended == 1 else { throw lost(query: query.name) }
    return try finishCopy(of: query)
  }

  /// Has the server throw away what it was sent, so that the transaction can be rolled back.
  func abandonCopy(of query: Query) {
    let ended = unsafe withHandle { unsafe PQputCopyEnd($0, "abandoned") }
    guard ended == 1 else { return }
    // The server's answer is the error that was just asked for.
    _ = try? finishCopy(of: query)
  }

  /// Fetches the next piece of a COPY TO STDOUT, whole rows; nil at the end.
  func receiveCopy(of query: Query) throws -> [UInt8]? {
    var chunk: [UInt8] = []
    while chunk.count < Self.copyChunk {
      var row: UnsafeMutablePointer<CChar>?
      let count = unsafe withHandle { unsafe PQgetCopyData($0, &row, 0) }
      defer { unsafe PQfreemem(row) }
      guard count > 0 else {
        if chunk.isEmpty { _ = try finishCopy(of: query) }
        return chunk.isEmpty ? nil : chunk
      }
      unsafe chunk.append(
        contentsOf: UnsafeRawBufferPointer(start: row, count: Int(count)))
    }
    return chunk
  }

  /// Takes every result that is left; libpq allows nothing else before.
  private func finishCopy(of query: Query) throws -> Int {
    var affected = 0
    var failure: (any Error)?
    while let result = unsafe withHandle({ unsafe PQgetResult($0) }) {
      do {
        affected = try unsafe reply(result, query: query.name).affected
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return affected
  }
}

extension Transaction {
  /// Copies rows in with `COPY … FROM STDIN`, from memory, and answers their number.
  ///
  /// - Parameters:
  ///   - query: The COPY statement; it takes no binds.
  ///   - rows: Rows in the statement's format, cut anywhere.
  /// - Returns: The number of rows.
  /// - Throws: `PostgresError`; the transaction has failed then.
  @discardableResult
  package func copyIn(_ query: Query, rows: some Sequence<[UInt8]>) throws -> Int {
    try using { session in
      try session.startCopy(query)
      for row in rows { try session.sendCopy(row, of: query) }
      return try session.endCopy(of: query)
    }
  }
}
