import Postgres

/// What a failure of the database means to somebody who asked for something.
package enum StoreFailure: Sendable, Hashable {
  /// A constraint refused it, and running it again did not help.
  case refusedByConstraint
  /// A value is none of the column's type.
  case refusedByType
  /// It may or may not have been done: ask again with the same key.
  case outcomeUnknown
  /// The database is away or overloaded; nothing was done.
  case unavailable
  /// The service is wrong.
  case defect

  /// An error as a log may show it: those of the database carry no data, of others nobody knows.
  package static func words(for error: any Error) -> String {
    (error as? PostgresError)?.description ?? "\(type(of: error))"
  }

  /// Reads an error of the store.
  package init(_ error: any Error) {
    guard let error = error as? PostgresError else {
      self = error is CancellationError ? .unavailable : .defect
      return
    }
    if case .outcomeUnknown = error.kind {
      self = .outcomeUnknown
    } else if error.kind == .binding {
      self = .refusedByType
    } else if error.isTransient {
      self = .unavailable
    } else {
      switch error.state?.class {
      case "23", "44": self = .refusedByConstraint
      case "22", "54": self = .refusedByType
      // Row-level security: a record of this kind is none of this authority's.
      case "42" where error.state == .insufficientPrivilege: self = .refusedByConstraint
      default: self = .defect
      }
    }
  }
}
