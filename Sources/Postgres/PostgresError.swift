/// What went wrong between this process and PostgreSQL.
///
/// `description` is safe to log: it carries names (query, constraint, column) and never a value.
/// `debugDescription` adds what the server said, which may quote rows.
package struct PostgresError: Error, Sendable {
  /// What happened, as far as a caller acts on it.
  package let kind: Kind
  /// The statement that was running.
  package internal(set) var query: String?
  /// The constraint that refused, by name.
  package internal(set) var constraint: String?
  /// The table the server blames.
  package internal(set) var table: String?
  /// The column that could not be read or written.
  package internal(set) var column: String?
  /// This library's own words, free of data.
  package internal(set) var explanation: String?
  /// The server's words, which may quote data: for a developer's eyes only.
  package internal(set) var message: String?
  /// The server's detail, which often quotes data: for a developer's eyes only.
  package internal(set) var detail: String?
  /// The server's hint.
  package internal(set) var hint: String?

  /// Says what happened in this library's own words, which must hold no data.
  package init(
    _ kind: Kind, _ explanation: String? = nil, query: String? = nil, column: String? = nil
  ) {
    self.kind = kind
    self.explanation = explanation
    self.query = query
    self.column = column
  }
}

extension PostgresError {
  /// The kinds of failure that a caller can tell apart.
  package enum Kind: Sendable, Hashable {
    /// The server refused the statement; the transaction is rolled back.
    case server(SQLState)
    /// There is no connection, or it broke before a COMMIT was sent: nothing was kept.
    case connectionLost
    /// COMMIT may have been sent and no answer came, or a standby did not confirm it.
    ///
    /// The write may or may not be kept: ask again with the same key.
    case outcomeUnknown
    /// The caller's time was up before a COMMIT was sent: nothing was kept.
    case deadline
    /// Every connection is in use and the queue is full, or the wait was too long.
    case poolExhausted
    /// The database was shut down on this side.
    case closed
    /// A column could not be read as what was asked for.
    case decoding
    /// A value cannot be sent.
    case binding
    /// A query answered with another number of rows than its caller counts on.
    case cardinality
    /// The code that called this library is wrong.
    case misuse
    /// The schema is not what this build's migrations say.
    case migration
    /// The embedded server could not be started.
    case cluster
    /// The way to the server is not safe enough, or cannot be told.
    case transport
  }

  /// The server's state, when it was the server that refused.
  package var state: SQLState? {
    if case .server(let state) = kind { state } else { nil }
  }

  /// Whether the same call may succeed later without a change to its data.
  package var isTransient: Bool {
    switch kind {
    case .connectionLost, .outcomeUnknown, .deadline, .poolExhausted, .closed: true
    case .server(let state):
      ["08", "40", "53", "55", "57", "58"].contains(state.class)
    case .decoding, .binding, .cardinality, .misuse, .migration, .cluster, .transport: false
    }
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  package var description: String {
    var parts = [label]
    if let query { parts.append("query: \(query)") }
    if let constraint { parts.append("constraint: \(constraint)") }
    if let table { parts.append("table: \(table)") }
    if let column { parts.append("column: \(column)") }
    if let explanation { parts.append(explanation) }
    return "PostgresError(\(parts.joined(separator: ", ")))"
  }

  package var debugDescription: String {
    [description, message, detail.map { "DETAIL: \($0)" }, hint.map { "HINT: \($0)" }]
      .compactMap { $0 }
      .joined(separator: "\n")
  }

  private var label: String {
    guard let state else { return "\(kind)" }
    return state.name.map { "\(state.rawValue) \($0)" } ?? state.rawValue
  }
}

// A reflection of the stored fields would show what `description` keeps back.
extension PostgresError: CustomReflectable {
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
