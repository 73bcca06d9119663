import CLibPQ

/// What the server answered to one statement: rows, or the number of rows it touched.
@safe final class Reply {
  let query: String
  let rowCount: Int
  let columns: Columns
  private let result: OpaquePointer

  /// Takes the result over; it is freed with this object.
  ///
  /// `columns` are those of an earlier reply to the same prepared statement, which are the same.
  @unsafe init(result: OpaquePointer, query: String, columns: Columns? = nil) {
    unsafe self.result = result
    self.query = query
    rowCount = Int(unsafe PQntuples(result))
    if let columns, columns.count == Int(unsafe PQnfields(result)) {
      self.columns = columns
    } else {
      self.columns = unsafe Columns(result: result)
    }
  }

  deinit { unsafe PQclear(result) }

  /// Rows inserted, updated, deleted, copied or selected.
  var affected: Int {
    unsafe PQcmdTuples(result).flatMap { unsafe Int(String(cString: $0)) } ?? 0
  }

  /// The command that was carried out, `ROLLBACK` for a COMMIT that came too late.
  var command: String {
    unsafe PQcmdStatus(result).map { unsafe String(cString: $0) } ?? ""
  }

  func isNull(row: Int, column: Int) -> Bool {
    unsafe PQgetisnull(result, Int32(row), Int32(column)) == 1
  }

  /// Lends the text of a cell, without a copy.
  func withCell<T>(row: Int, column: Int, _ body: (Span<UInt8>) throws -> T) rethrows -> T {
    let count = Int(unsafe PQgetlength(result, Int32(row), Int32(column)))
    let start = unsafe UnsafeRawPointer(PQgetvalue(result, Int32(row), Int32(column)))?
      .assumingMemoryBound(to: UInt8.self)
    // Safe because the bytes belong to the result, which lives as long as this object.
    let cell = unsafe UnsafeBufferPointer(start: start, count: count)
    return try withExtendedLifetime(self) { try body(unsafe cell.span) }
  }

  /// All rows, decoded.
  func rows<Row: Decodable>(as: Row.Type) throws -> [Row] {
    let isScalar = Self.isScalar(Row.self)
    var rows: [Row] = []
    rows.reserveCapacity(rowCount)
    for index in 0..<rowCount { rows.append(try row(index, isScalar: isScalar)) }
    return rows
  }

  /// One row, decoded.
  func row<Row: Decodable>(_ index: Int, as: Row.Type) throws -> Row {
    try row(index, isScalar: Self.isScalar(Row.self))
  }

  /// A scalar from the only column, anything else by the columns' names.
  private func row<Row: Decodable>(_ index: Int, isScalar: Bool) throws -> Row {
    if isScalar {
      return try CellDecoder(reply: self, row: index, column: onlyColumn()).decode(Row.self)
    }
    return try explained(column: nil) {
      try Row(from: RowDecoder(reply: self, row: index))
    }
  }

  private static func isScalar(_ type: any Decodable.Type) -> Bool {
    type is any ColumnScalar.Type || type == [UInt8].self
  }

  /// The column of a row that is a single value.
  func onlyColumn() throws -> Int {
    guard columns.count == 1 else {
      throw PostgresError(
        .decoding, "a single value was asked for, but there are \(columns.count) columns",
        query: query)
    }
    return 0
  }

  /// Gives the names of query and column to errors of `Decodable` types, which may quote values.
  func explained<T>(column: Int?, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as PostgresError {
      throw error
    } catch {
      throw failure("not what the type asked for", column: column, debug: "\(error)")
    }
  }

  func failure(_ explanation: String, column: Int?, debug: String? = nil) -> PostgresError {
    var error = PostgresError(
      .decoding, explanation, query: query, column: column.map { columns.name($0) })
    error.message = debug
    return error
  }
}
