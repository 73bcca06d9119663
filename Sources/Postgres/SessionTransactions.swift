extension Session {
  /// Begins a transaction with its settings, in one round trip.
  func begin(_ options: TransactionOptions) throws {
    notices.clear()
    var script =
      "BEGIN ISOLATION LEVEL \(options.isolation.rawValue) \(options.readOnly ? "READ ONLY" : "")"
    for setting in options.settings {
      script += "; SET LOCAL \(try Self.checked(setting.name)) = \(try literal(setting.value))"
    }
    do {
      _ = try execute(script: script, named: "begin")
    } catch {
      rollBack()
      throw error
    }
  }

  /// Runs a closure inside the transaction that is open, and ends it.
  func finish<T>(
    _ options: TransactionOptions, deadline: ContinuousClock.Instant?,
    _ body: (Transaction) throws -> T
  ) throws -> T {
    let value: T
    do {
      value = try within(body)
      try checkTime(until: deadline)
    } catch {
      rollBack()
      throw error
    }
    try commit(readOnly: options.readOnly, closing: options.closing)
    return value
  }

  /// Runs a closure inside the transaction that is open, and leaves it open.
  func within<T>(_ body: (Transaction) throws -> T) throws -> T {
    let transaction = Transaction(session: self)
    defer { transaction.end() }
    let value = try body(transaction)
    // A closure that swallows a failed statement would commit nothing and not know it.
    if let failure = transaction.failure { throw failure }
    guard isInTransaction else {
      throw PostgresError(.misuse, "the closure ended its transaction itself")
    }
    return value
  }

  /// Commits; from the moment COMMIT is sent, silence means that nobody knows.
  func commit(readOnly: Bool = false, closing: Query? = nil) throws {
    let said = notices.notices.count
    let reply: Reply
    do {
      let script = closing.map { $0.text + ";\nCOMMIT" } ?? "COMMIT"
      reply = try execute(script: script, named: closing?.name ?? "commit")
    } catch let error as PostgresError where !isConnected && !readOnly {
      throw unknown("the connection broke during COMMIT", cause: error)
    } catch {
      rollBack()
      throw error
    }
    guard reply.command == "COMMIT" else {
      throw PostgresError(.misuse, "the transaction had failed before", query: "commit")
    }
    if notices.notices.dropFirst(said).contains(where: \.leavesCommitUnconfirmed) {
      throw unknown("no standby confirmed the commit")
    }
  }

  private func unknown(_ explanation: String, cause: PostgresError? = nil) -> PostgresError {
    var error = PostgresError(.outcomeUnknown, explanation, query: "commit")
    error.message = cause?.message
    return error
  }

  /// Rolls back if there is something to roll back.
  ///
  /// A session that cannot be rolled back is not idle, and one that is not idle is not used again.
  func rollBack() {
    guard isConnected, isInTransaction || isInFailedTransaction else { return }
    // The error that led here is the one to tell.
    _ = try? execute(script: "ROLLBACK", named: "rollback")
  }

  func checkTime(until deadline: ContinuousClock.Instant?) throws {
    guard let deadline, ContinuousClock.now >= deadline else { return }
    throw PostgresError(.deadline, "time was up before COMMIT")
  }

  /// A setting's name, which SQL takes bare.
  private static func checked(_ name: String) throws -> String {
    let isName = name.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard isName, !name.isEmpty else {
      throw PostgresError(.misuse, "no name of a setting: \(name)")
    }
    return name
  }
}
