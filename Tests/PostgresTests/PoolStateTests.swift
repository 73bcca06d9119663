import Testing

@testable import Postgres

struct PoolStateTests {
  private let start = ContinuousClock.now

  private func pool(
    size: Int = 2, waiting: Int = 2, adjust: (inout DatabaseSettings) -> Void = { _ in }
  ) -> PoolState {
    var limits = DatabaseSettings(uri: "")
    limits.poolSize = size
    limits.waitingLimit = waiting
    adjust(&limits)
    return PoolState(limits)
  }

  @Test func `it opens up to its size, then lets callers wait, then refuses`() {
    var pool = pool()
    let answers = (0..<5).map { _ in pool.request(at: start) }
    #expect(answers == [.open(1), .open(2), .wait(1), .wait(2), .refuse])
    #expect(pool.size == 2 && pool.waitingCount == 2)
  }

  @Test func `who waited longest is served first`() {
    var pool = pool(size: 1, waiting: 3)
    _ = pool.request(at: start)
    let tickets = (0..<3).map { _ in pool.request(at: start) }
    #expect(tickets == [.wait(1), .wait(2), .wait(3)])
    let first = pool.giveBack(1, at: start)
    let hasLeft = pool.leave(2)
    let second = pool.giveBack(1, at: start)
    let third = pool.giveBack(1, at: start)
    #expect(first == .hand(to: 1))
    #expect(hasLeft)
    #expect(second == .hand(to: 3))
    #expect(third == .park)
    #expect(pool.isAtRest)
  }

  @Test func `who was served cannot leave the queue`() {
    var pool = pool(size: 1)
    _ = pool.request(at: start)
    _ = pool.request(at: start)
    _ = pool.giveBack(1, at: start)
    let hasLeft = pool.leave(1)
    #expect(!hasLeft)
  }

  @Test func `the connection used last is used first`() {
    var pool = pool()
    _ = pool.request(at: start)
    _ = pool.request(at: start)
    _ = pool.giveBack(2, at: start)
    _ = pool.giveBack(1, at: start)
    let next = pool.request(at: start)
    #expect(next == .use(1))
  }

  @Test func `a wait ends at its limit or at the caller's deadline`() {
    var pool = pool(size: 1, waiting: 9) { $0.waitLimit = .seconds(5) }
    _ = pool.request(at: start)
    _ = pool.request(at: start)
    _ = pool.request(at: start, deadline: start + .seconds(1))
    _ = pool.request(at: start + .seconds(1))
    let tooEarly = pool.expire(at: start + .milliseconds(999))
    let hurried = pool.expire(at: start + .seconds(1))
    let first = pool.expire(at: start + .seconds(5))
    let last = pool.expire(at: start + .seconds(6))
    #expect(tooEarly == [] && hurried == [2] && first == [1] && last == [3])
    #expect(pool.waitingCount == 0)
  }

  @Test func `idle connections are checked, and reaped in the end`() {
    var pool = pool {
      $0.idleLimit = .seconds(60)
      $0.checkInterval = .seconds(15)
    }
    _ = pool.request(at: start)
    _ = pool.giveBack(1, at: start)
    let early = pool.chores(at: start + .seconds(14))
    let check = pool.chores(at: start + .seconds(15))
    #expect(early == [] && check == [.check(1)])
    let during = pool.request(at: start + .seconds(15))
    #expect(during == .open(2), "one that is being checked is not lent")
    let checked = pool.giveBack(1, at: start + .seconds(16))
    #expect(checked == .park)
    _ = pool.giveBack(2, at: start + .seconds(17))
    let warm = pool.request(at: start + .seconds(18))
    #expect(warm == .use(2), "a check does not make a connection warm")
    let end = pool.chores(at: start + .seconds(60))
    #expect(end == [.close(1)], "a check does not count as use")
    #expect(pool.size == 1)
  }

  @Test func `a pool that is shut refuses whoever waits and closes what comes back`() {
    var pool = pool(size: 1)
    _ = pool.request(at: start)
    _ = pool.request(at: start)
    let (refused, closed) = pool.close()
    #expect(refused == [1] && closed == [])
    #expect(!pool.isAtRest)
    let late = pool.request(at: start)
    let back = pool.giveBack(1, at: start)
    #expect(late == .closed && back == .close)
    #expect(pool.isAtRest && pool.size == 0)
  }

  @Test func `a pool that is shut closes what rests`() {
    var pool = pool()
    _ = pool.request(at: start)
    _ = pool.request(at: start)
    _ = pool.giveBack(1, at: start)
    let (refused, closed) = pool.close()
    #expect(refused == [] && closed == [1])
  }

  @Test func `whatever happens no connection is lent twice and no caller forgotten`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    var pool = pool(size: 3, waiting: 5)
    var lent: Set<Int> = []
    var waiting: [Int] = []
    for step in 0..<2000 {
      let now = start + .milliseconds(step)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0, 1:
        switch pool.request(at: now) {
        case .use(let slot), .open(let slot): #expect(lent.insert(slot).inserted, "seed \(seed)")
        case .wait(let ticket): waiting.append(ticket)
        case .refuse: #expect(waiting.count == 5, "seed \(seed)")
        case .closed: Issue.record("nobody shut it; seed \(seed)")
        }
      case 2, 3:
        guard let slot = lent.randomElement(using: &generator) else { continue }
        switch pool.giveBack(slot, at: now) {
        case .hand(let ticket): #expect(ticket == waiting.removeFirst(), "seed \(seed)")
        case .park: lent.remove(slot)
        case .close: Issue.record("nobody shut it; seed \(seed)")
        }
      default:
        guard let ticket = waiting.randomElement(using: &generator) else { continue }
        let hasLeft = pool.leave(ticket)
        #expect(hasLeft, "seed \(seed)")
        waiting.removeAll { $0 == ticket }
      }
      #expect(lent.count <= 3 && pool.waitingCount == waiting.count, "seed \(seed)")
    }
  }
}
