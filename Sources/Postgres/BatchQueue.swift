/// Who waits in which scope, and whose turn is next.
struct BatchQueue<Scope: Hashable & Sendable, Entry: Sendable> {
  private let cap: Int
  private var waiting: [Scope: [Entry]] = [:]
  /// The scopes that have somebody waiting, the next one first.
  private var turns: [Scope] = []
  private(set) var count = 0

  init(cap: Int) {
    self.cap = max(1, cap)
  }

  mutating func add(_ entry: Entry, in scope: Scope) {
    if waiting[scope] == nil { turns.append(scope) }
    waiting[scope, default: []].append(entry)
    count += 1
  }

  /// Takes the next batch: up to `cap` of one scope, in order of arrival.
  ///
  /// A scope with more than that goes to the end of the line, so that a flood in one scope holds
  /// nobody up in another.
  mutating func next() -> (scope: Scope, entries: [Entry])? {
    guard !turns.isEmpty else { return nil }
    let scope = turns.removeFirst()
    let all = waiting.removeValue(forKey: scope) ?? []
    let batch = Array(all.prefix(cap))
    if all.count > batch.count {
      waiting[scope] = Array(all.dropFirst(batch.count))
      turns.append(scope)
    }
    count -= batch.count
    return (scope, batch)
  }
}
