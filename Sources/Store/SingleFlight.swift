/// Answers equal questions that are asked at the same time with one run.
///
/// A report that sixty screens refresh at once costs the database one report.
actor SingleFlight<Question: Hashable & Sendable, Reply: Sendable> {
  private var flights: [Question: Task<Reply, any Error>] = [:]

  /// The answer of the run under way, or of one started now.
  ///
  /// Cancelling a caller does not cancel the run: others may wait for it.
  func answer(
    _ question: Question, _ run: @escaping @Sendable () async throws -> Reply
  ) async throws -> Reply {
    if let flight = flights[question] { return try await flight.value }
    let flight = Task {
      defer { flights[question] = nil }
      return try await run()
    }
    flights[question] = flight
    return try await flight.value
  }
}
