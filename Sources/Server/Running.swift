import ArgumentParser
import Foundation
import Postgres

/// Runs the body of a command; a failure becomes a sentence on standard error and
/// an exit code.
func running(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let failure as Failure {
    complain("tamshy: \(failure.description)")
    throw ExitCode(failure.code)
  } catch let error as PostgresError {
    complain("tamshy: \(error.explanation ?? error.description)")
    throw ExitCode(error.isTransient ? 75 : error.kind == .transport ? 65 : 69)
  }
}

/// Writes a line for the person at the terminal.
func complain(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}

/// Writes a line of the result at once, whoever reads it.
func say(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
