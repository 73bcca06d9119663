import Foundation
import Postgres
import Testing

private struct Batch: Equatable, Sendable {
  let scope: String
  let members: [Int]
}

/// A verb that says when it began and goes on when it is let go.
private actor Gate {
  private(set) var batches: [Batch] = []
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var isOpen = false

  func enter(_ scope: String, _ members: [Int]) async {
    batches.append(Batch(scope: scope, members: members))
    guard !isOpen else { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}

private func refusal() -> PostgresError { PostgresError(.server(.uniqueViolation)) }

struct BatcherTests {
  @Test func `a lone member runs at once and alone`() async throws {
    let batcher = Batcher<String, Int, Int> { _, members in members.map { .success($0 * 2) } }
    #expect(try await batcher.submit(21, in: "Almaty") == 42)
  }

  @Test func `members that come while batches run form the next, up to the cap`() async throws {
    let gate = Gate()
    let batcher = Batcher<String, Int, Int>(cap: 5, depth: 2) { scope, members in
      await gate.enter(scope, members)
      return members.map { .success($0) }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for member in 1...14 {
        group.addTask {
          let answer = try await batcher.submit(member, in: "Almaty")
          #expect(answer == member)
        }
      }
      try await eventually { await gate.batches.count == 2 }
      try await eventually { await batcher.waitingCount == 12 }
      await gate.open()
      try await group.waitForAll()
    }
    let batches = await gate.batches
    #expect(batches.map(\.members.count) == [1, 1, 5, 5, 2])
    #expect(batches.flatMap(\.members).sorted() == Array(1...14))
  }

  @Test func `scopes take turns and never share a batch`() async throws {
    let gate = Gate()
    let batcher = Batcher<String, Int, Int>(cap: 10, depth: 1) { scope, members in
      await gate.enter(scope, members)
      return members.map { .success($0) }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await batcher.submit(0, in: "first") }
      try await eventually { await gate.batches.count == 1 }
      for member in 1...35 {
        group.addTask { _ = try await batcher.submit(member, in: "flood") }
      }
      try await eventually { await batcher.waitingCount == 35 }
      group.addTask { _ = try await batcher.submit(100, in: "quiet") }
      try await eventually { await batcher.waitingCount == 36 }
      await gate.open()
      try await group.waitForAll()
    }
    let batches = await gate.batches
    #expect(batches.map(\.scope) == ["first", "flood", "quiet", "flood", "flood", "flood"])
    #expect(batches.map(\.members.count) == [1, 10, 1, 10, 10, 5])
  }

  @Test func `a bad member fails alone`() async throws {
    let gate = Gate()
    let batcher = Batcher<String, Int, Int>(depth: 1) { scope, members in
      await gate.enter(scope, members)
      if members.contains(13) { throw refusal() }
      return members.map { .success($0) }
    }
    let failed = try await withThrowingTaskGroup(of: Int?.self) { group in
      for member in 10...15 {
        group.addTask {
          do {
            _ = try await batcher.submit(member, in: "Almaty")
            return nil
          } catch {
            #expect((error as? PostgresError)?.state == .uniqueViolation)
            return member
          }
        }
      }
      try await eventually { await batcher.waitingCount == 5 }
      await gate.open()
      return try await group.compactMap { $0 }.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(failed == [13])
    // The lone first, the five others together, and one by one if the bad one was among them.
    let sizes = await gate.batches.map(\.members.count)
    #expect(sizes == [1, 5] || sizes == [1, 5, 1, 1, 1, 1, 1])
  }

  @Test(arguments: [
    PostgresError(.connectionLost), PostgresError(.outcomeUnknown),
    PostgresError(.server(.adminShutdown)), PostgresError(.server(.diskFull)),
  ])
  func `what is nobody's fault fails everybody and is not tried again`(
    error: PostgresError
  ) async throws {
    let gate = Gate()
    let batcher = Batcher<String, Int, Int>(depth: 1) { scope, members in
      await gate.enter(scope, members)
      throw error
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for member in 1...5 {
        group.addTask {
          let told = await #expect(throws: PostgresError.self) {
            try await batcher.submit(member, in: "Almaty")
          }
          #expect(told?.kind == error.kind)
        }
      }
      try await eventually { await batcher.waitingCount == 4 }
      await gate.open()
      try await group.waitForAll()
    }
    #expect(await gate.batches.map(\.members.count) == [1, 4])
  }

  @Test func `a batch that loses count is an error`() async throws {
    let batcher = Batcher<String, Int, Int> { _, _ in [] }
    let error = try await postgresError { _ = try await batcher.submit(1, in: "Almaty") }
    #expect(error.kind == .misuse)
  }

  @Test func `each member has an outcome of its own`() async throws {
    struct Refusal: Error, Equatable { let member: Int }
    let batcher = Batcher<String, Int, Int> { _, members in
      members.map { $0.isMultiple(of: 2) ? .success($0) : .failure(Refusal(member: $0)) }
    }
    #expect(try await batcher.submit(2, in: "Almaty") == 2)
    await #expect(throws: Refusal(member: 3)) { try await batcher.submit(3, in: "Almaty") }
  }

  @Test func `a full queue refuses`() async throws {
    let gate = Gate()
    let batcher = Batcher<String, Int, Int>(depth: 1, waitingLimit: 1) { scope, members in
      await gate.enter(scope, members)
      return members.map { .success($0) }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await batcher.submit(1, in: "Almaty") }
      try await eventually { await gate.batches.count == 1 }
      group.addTask { _ = try await batcher.submit(2, in: "Almaty") }
      try await eventually { await batcher.waitingCount == 1 }
      let error = try await postgresError { _ = try await batcher.submit(3, in: "Almaty") }
      #expect(error.kind == .poolExhausted)
      await gate.open()
      try await group.waitForAll()
    }
  }

  @Test func `a caller that is cancelled stops waiting and its member still runs`() async throws {
    let gate = Gate()
    let batcher = Batcher<String, Int, Int>(depth: 1) { scope, members in
      await gate.enter(scope, members)
      return members.map { .success($0) }
    }
    let first = Task { try await batcher.submit(1, in: "Almaty") }
    try await eventually { await gate.batches.count == 1 }
    let second = Task { try await batcher.submit(2, in: "Almaty") }
    try await eventually { await batcher.waitingCount == 1 }
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    await gate.open()
    #expect(try await first.value == 1)
    try await eventually { await gate.batches.map(\.members) == [[1], [2]] }
  }
}
