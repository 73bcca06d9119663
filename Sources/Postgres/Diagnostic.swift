import CLibPQ

/// The fields of an error or a notice, read from the result that carries them.
@safe struct Diagnostic {
  private let result: OpaquePointer

  @unsafe init(result: OpaquePointer) {
    unsafe self.result = result
  }

  // The letters of libpq's PG_DIAG_ constants, which are macros over character literals.
  var severity: String? { field("V") }
  var state: SQLState? { field("C").map(SQLState.init) }
  var message: String? { field("M") }
  var detail: String? { field("D") }
  var hint: String? { field("H") }
  var table: String? { field("t") }
  var column: String? { field("c") }
  var constraint: String? { field("n") }
  var sourceFunction: String? { field("R") }

  private func field(_ code: Unicode.Scalar) -> String? {
    unsafe PQresultErrorField(result, Int32(code.value)).map { unsafe String(cString: $0) }
  }

  /// The error that this result is.
  func error(query: String) -> PostgresError {
    guard let state else {
      return PostgresError(.connectionLost, query: query)
    }
    var error = PostgresError(.server(state), query: query)
    error.constraint = constraint
    error.table = table
    error.column = column
    error.message = message
    error.detail = detail
    error.hint = hint
    return error
  }
}
