/// Donors in the order in which they answer to what was typed.
package struct DonorRanking: Sendable {
  private let wanted: NameWords?
  private var best: [ID<Donor>: (grade: Int, place: Int)] = [:]
  private var places = 0

  /// Starts with nobody; without words only those count who are meant for certain.
  package init(by wanted: NameWords?) { self.wanted = wanted }

  /// How many answer.
  package var count: Int { best.count }

  /// Those who answer, the best first, each once; of equals whoever was added first.
  package var donors: [ID<Donor>] {
    best.sorted { ($0.value.grade, $0.value.place) < ($1.value.grade, $1.value.place) }.map(\.key)
  }

  /// Adds those among the candidates who answer.
  package mutating func add(_ candidates: [DonorCandidate]) {
    for candidate in candidates {
      places += 1
      let grade = candidate.isCertain ? -1 : wanted.flatMap { candidate.match($0)?.rawValue }
      guard let grade, grade < best[candidate.id]?.grade ?? .max else { continue }
      best[candidate.id] = (grade, best[candidate.id]?.place ?? places)
    }
  }
}
