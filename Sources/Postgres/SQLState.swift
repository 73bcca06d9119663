/// The five characters by which PostgreSQL names a condition.
///
/// An open set: a state that has no name here is still a state.
package struct SQLState: RawRepresentable, Sendable, Hashable {
  /// The code as the server sent it, `23505` for example.
  package let rawValue: String

  /// Names a state by its code.
  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The first two characters: the kind of trouble this is.
  package var `class`: String { String(rawValue.prefix(2)) }

  /// PostgreSQL's own name of the condition, where this library knows it.
  package var name: String? { Self.names[self] }
}

/// The states that callers tell apart, by PostgreSQL's own names.
extension SQLState {
  package static let warning = Self(rawValue: "01000")
  package static let connectionException = Self(rawValue: "08000")
  package static let connectionFailure = Self(rawValue: "08006")
  package static let featureNotSupported = Self(rawValue: "0A000")
  package static let cardinalityViolation = Self(rawValue: "21000")
  package static let stringDataRightTruncation = Self(rawValue: "22001")
  package static let numericValueOutOfRange = Self(rawValue: "22003")
  package static let invalidDatetimeFormat = Self(rawValue: "22007")
  package static let datetimeFieldOverflow = Self(rawValue: "22008")
  package static let divisionByZero = Self(rawValue: "22012")
  package static let invalidParameterValue = Self(rawValue: "22023")
  package static let invalidTextRepresentation = Self(rawValue: "22P02")
  package static let badCopyFileFormat = Self(rawValue: "22P04")
  package static let untranslatableCharacter = Self(rawValue: "22P05")
  package static let restrictViolation = Self(rawValue: "23001")
  package static let notNullViolation = Self(rawValue: "23502")
  package static let foreignKeyViolation = Self(rawValue: "23503")
  package static let uniqueViolation = Self(rawValue: "23505")
  package static let checkViolation = Self(rawValue: "23514")
  package static let exclusionViolation = Self(rawValue: "23P01")
  package static let activeTransaction = Self(rawValue: "25001")
  package static let readOnlyTransaction = Self(rawValue: "25006")
  package static let failedTransaction = Self(rawValue: "25P02")
  package static let idleInTransactionTimeout = Self(rawValue: "25P03")
  package static let invalidPassword = Self(rawValue: "28P01")
  package static let invalidCatalogName = Self(rawValue: "3D000")
  package static let serializationFailure = Self(rawValue: "40001")
  package static let deadlockDetected = Self(rawValue: "40P01")
  package static let insufficientPrivilege = Self(rawValue: "42501")
  package static let syntaxError = Self(rawValue: "42601")
  package static let undefinedColumn = Self(rawValue: "42703")
  package static let undefinedTable = Self(rawValue: "42P01")
  package static let duplicateDatabase = Self(rawValue: "42P04")
  package static let undefinedObject = Self(rawValue: "42704")
  package static let duplicateObject = Self(rawValue: "42710")
  package static let withCheckOptionViolation = Self(rawValue: "44000")
  package static let diskFull = Self(rawValue: "53100")
  package static let tooManyConnections = Self(rawValue: "53300")
  package static let objectInUse = Self(rawValue: "55006")
  package static let lockNotAvailable = Self(rawValue: "55P03")
  package static let queryCanceled = Self(rawValue: "57014")
  package static let adminShutdown = Self(rawValue: "57P01")
  package static let crashShutdown = Self(rawValue: "57P02")
  package static let cannotConnectNow = Self(rawValue: "57P03")
  package static let raiseException = Self(rawValue: "P0001")

  private static let names: [SQLState: String] = [
    .warning: "warning", .connectionException: "connection_exception",
    .connectionFailure: "connection_failure", .featureNotSupported: "feature_not_supported",
    .cardinalityViolation: "cardinality_violation",
    .stringDataRightTruncation: "string_data_right_truncation",
    .numericValueOutOfRange: "numeric_value_out_of_range",
    .invalidDatetimeFormat: "invalid_datetime_format",
    .datetimeFieldOverflow: "datetime_field_overflow", .divisionByZero: "division_by_zero",
    .invalidParameterValue: "invalid_parameter_value",
    .invalidTextRepresentation: "invalid_text_representation",
    .badCopyFileFormat: "bad_copy_file_format",
    .untranslatableCharacter: "untranslatable_character",
    .restrictViolation: "restrict_violation", .notNullViolation: "not_null_violation",
    .foreignKeyViolation: "foreign_key_violation", .uniqueViolation: "unique_violation",
    .checkViolation: "check_violation", .exclusionViolation: "exclusion_violation",
    .activeTransaction: "active_sql_transaction",
    .readOnlyTransaction: "read_only_sql_transaction",
    .failedTransaction: "in_failed_sql_transaction",
    .idleInTransactionTimeout: "idle_in_transaction_session_timeout",
    .invalidPassword: "invalid_password", .invalidCatalogName: "invalid_catalog_name",
    .serializationFailure: "serialization_failure", .deadlockDetected: "deadlock_detected",
    .insufficientPrivilege: "insufficient_privilege", .syntaxError: "syntax_error",
    .undefinedColumn: "undefined_column", .undefinedTable: "undefined_table",
    .duplicateDatabase: "duplicate_database", .undefinedObject: "undefined_object",
    .duplicateObject: "duplicate_object",
    .withCheckOptionViolation: "with_check_option_violation", .diskFull: "disk_full",
    .tooManyConnections: "too_many_connections", .objectInUse: "object_in_use",
    .lockNotAvailable: "lock_not_available", .queryCanceled: "query_canceled",
    .adminShutdown: "admin_shutdown", .crashShutdown: "crash_shutdown",
    .cannotConnectNow: "cannot_connect_now", .raiseException: "raise_exception",
  ]
}

extension SQLState {
  /// Lets a `catch` read like a case: `catch SQLState.uniqueViolation`.
  package static func ~= (state: SQLState, error: any Error) -> Bool {
    (error as? PostgresError)?.state == state
  }
}
