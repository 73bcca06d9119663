/// Does the same for every item, so many at a time, and answers in their order.
func concurrently<Items: Collection & Sendable, T: Sendable>(
  _ items: Items, width: Int, _ body: @escaping @Sendable (Items.Element) async throws -> T
) async throws -> [T] where Items.Element: Sendable {
  try await withThrowingTaskGroup(of: (Int, T).self) { group in
    var results: [(Int, T)] = []
    for (index, item) in items.enumerated() {
      if index >= width, let done = try await group.next() { results.append(done) }
      group.addTask { (index, try await body(item)) }
    }
    for try await done in group { results.append(done) }
    return results.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
