/// Who has which connection and who waits: every input answers what is to be done.
///
/// It does no I/O and reads no clock, so a test can play any hour of it.
struct PoolState {
  /// A connection, by number.
  typealias Slot = Int
  /// A caller who waits, by number; lower ones came earlier.
  typealias Ticket = Int
  typealias Instant = ContinuousClock.Instant

  /// What a caller is told who asks for a connection.
  enum Answer: Equatable {
    /// Take this one.
    case use(Slot)
    /// Make this one and take it.
    case open(Slot)
    /// Wait; you will be called.
    case wait(Ticket)
    /// The queue is full.
    case refuse
    /// The pool is shut.
    case closed
  }

  /// What becomes of a connection that is given back.
  enum Return: Equatable {
    /// It rests.
    case park
    /// The caller who waited longest takes it.
    case hand(to: Ticket)
    /// It is closed.
    case close
  }

  /// What is to be done about connections that rest.
  enum Chore: Equatable {
    /// Close it: it has rested too long.
    case close(Slot)
    /// Ask whether it lives, then give it back.
    case check(Slot)
  }

  private let limits: DatabaseSettings
  private var resting: [Resting] = []
  /// Connections that somebody has.
  private(set) var leased = 0
  /// Connections that are being asked whether they live, and since when they rest.
  private var checking: [Slot: Instant] = [:]
  private var nextSlot: Slot = 0
  private var deadlines: [Ticket: Instant] = [:]
  private var firstTicket: Ticket = 0
  private var nextTicket: Ticket = 0
  private(set) var isClosed = false

  private struct Resting {
    let slot: Slot
    let since: Instant
    let checked: Instant
  }

  init(_ limits: DatabaseSettings) {
    self.limits = limits
  }

  /// Connections that exist.
  var size: Int { resting.count + leased }
  /// Callers in the queue.
  var waitingCount: Int { deadlines.count }
  /// Whether every connection is given back.
  var isAtRest: Bool { leased == 0 }

  /// A caller asks for a connection, and has until `deadline` if he is in a hurry.
  mutating func request(at now: Instant, deadline: Instant? = nil) -> Answer {
    if isClosed { return .closed }
    // The one used last is the warmest, and leaves the others to be reaped.
    if let last = resting.popLast() {
      leased += 1
      return .use(last.slot)
    }
    if size < limits.poolSize {
      leased += 1
      nextSlot += 1
      return .open(nextSlot)
    }
    guard deadlines.count < limits.waitingLimit else { return .refuse }
    nextTicket += 1
    let limit = now + limits.waitLimit
    deadlines[nextTicket] = min(limit, deadline ?? limit)
    return .wait(nextTicket)
  }

  /// A connection is given back.
  mutating func giveBack(_ slot: Slot, at now: Instant) -> Return {
    let restsSince = checking.removeValue(forKey: slot)
    if isClosed {
      leased -= 1
      return .close
    }
    if let ticket = takeFirst() { return .hand(to: ticket) }
    leased -= 1
    if let restsSince {
      // A check is no use: the connection goes on resting, below those that were used since.
      resting.insert(Resting(slot: slot, since: restsSince, checked: now), at: 0)
    } else {
      resting.append(Resting(slot: slot, since: now, checked: now))
    }
    return .park
  }

  /// A caller waits no longer; false if he has been served already.
  mutating func leave(_ ticket: Ticket) -> Bool {
    deadlines.removeValue(forKey: ticket) != nil
  }

  /// Callers whose wait was too long.
  mutating func expire(at now: Instant) -> [Ticket] {
    let expired = deadlines.filter { $0.value <= now }.keys.sorted()
    for ticket in expired { deadlines[ticket] = nil }
    return expired
  }

  /// What is due among the connections that rest.
  mutating func chores(at now: Instant) -> [Chore] {
    var chores: [Chore] = []
    var kept: [Resting] = []
    for rest in resting {
      if now - rest.since >= limits.idleLimit {
        chores.append(.close(rest.slot))
      } else if now - rest.checked >= limits.checkInterval {
        chores.append(.check(rest.slot))
        leased += 1
        checking[rest.slot] = rest.since
      } else {
        kept.append(rest)
      }
    }
    resting = kept
    return chores
  }

  /// Shuts the pool: whom to refuse and what to close now.
  mutating func close() -> (refused: [Ticket], closed: [Slot]) {
    isClosed = true
    defer {
      deadlines = [:]
      resting = []
    }
    return (deadlines.keys.sorted(), resting.map(\.slot))
  }

  private mutating func takeFirst() -> Ticket? {
    guard let ticket = first() else { return nil }
    deadlines[ticket] = nil
    return ticket
  }

  /// The lowest ticket that still waits.
  private mutating func first() -> Ticket? {
    guard !deadlines.isEmpty else {
      firstTicket = nextTicket + 1
      return nil
    }
    while deadlines[firstTicket] == nil { firstTicket += 1 }
    return firstTicket
  }
}
