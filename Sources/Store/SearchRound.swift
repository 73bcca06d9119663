import Domain
import FoundationEssentials

/// One question to the stock for all lines that look for units at this moment.
///
/// Lines that want the same are asked for together, so that no unit is found
/// twice; lines that want different things of one group take turns.
struct SearchRound {
  let wishes: [Wish]
  private let askers: [Int: [Int]]

  /// What some lines want alike.
  struct Wish: Encodable, Hashable {
    var number: Int
    let component: Component
    let bloodGroup: BloodGroup
    let attributes: [String]
    let neededBy: Date
    /// Nil asks everywhere.
    let region: String?
    var quantity: Int

    func mayFindTheSame(as other: Wish) -> Bool {
      component == other.component && bloodGroup == other.bloodGroup
        && (region == other.region || region == nil || other.region == nil)
    }
  }

  /// A unit found for a wish.
  struct Found: Codable {
    let number: Int
    let id: ID<Unit>
    let din: DonationNumber
    let component: Component
    let bloodGroup: BloodGroup
    let expiresOn: Day

    var unit: FoundUnit {
      FoundUnit(
        id: id, din: din, component: component, bloodGroup: bloodGroup, expiresOn: expiresOn)
    }
  }

  /// Asks for the present step of every line that still looks.
  init(_ searches: [Search]) {
    var alike: [Wish: [Int]] = [:]
    for (index, search) in searches.enumerated() {
      guard let step = search.next else { continue }
      let wish = Wish(
        number: 0, component: search.line.component, bloodGroup: step.group,
        attributes: search.line.attributes.sorted(), neededBy: search.keepsBeyond,
        region: step.near ? search.line.region : nil, quantity: 0)
      alike[wish, default: []].append(index)
    }
    var wishes: [Wish] = []
    var askers: [Int: [Int]] = [:]
    // The most urgent line's wish is dealt first.
    for (wish, lines) in alike.sorted(by: { ($0.value.first ?? 0) < ($1.value.first ?? 0) }) {
      var wish = wish
      wish.number = wishes.count
      wish.quantity = lines.reduce(0) { $0 + searches[$1].wanted }
      askers[wish.number] = lines
      wishes.append(wish)
    }
    self.wishes = wishes.map { wish in
      var wish = wish
      // A wish may find what others find too, so it asks for enough to serve all of
      // them; up to a limit, beyond which another round is cheaper than the surplus.
      let rivals = wishes.filter { $0.mayFindTheSame(as: wish) && $0.number != wish.number }
      wish.quantity += min(rivals.reduce(0) { $0 + $1.quantity }, Self.largestSurplus)
      return wish
    }
    self.askers = askers
  }

  private static let largestSurplus = 100

  /// Deals the units found to the lines, and moves on the lines whose wish had
  /// no more to give.
  func match(
    _ found: [Found], to searches: inout [Search]
  ) -> [(line: OpenLine, unit: FoundUnit)] {
    var dealt: Set<ID<Unit>> = []
    var matches: [(line: OpenLine, unit: FoundUnit)] = []
    let byWish = Dictionary(grouping: found, by: \.number)
    for wish in wishes {
      let all = byWish[wish.number] ?? []
      var units = all.map(\.unit).filter { !dealt.contains($0.id) }
      for index in askers[wish.number] ?? [] {
        let taken = searches[index].take(from: &units)
        dealt.formUnion(taken.map(\.id))
        matches += taken.map { (searches[index].line, $0) }
        // Fewer found than asked for: there are no more. Found but dealt to
        // another wish of this round: ask again, now that those are held.
        if all.count < wish.quantity { searches[index].moveOn() }
      }
    }
    return matches
  }
}
