package import Domain
package import FoundationEssentials
import Postgres
import SQL
import Synchronization

// Who looked at whom. A donor's identity is handed out only once it is written down that
// this account saw it.

/// One account's look at one donor.
struct DonorLook: Sendable, Hashable {
  let donor: ID<Donor>
  let account: ID<Account>
  let at: Date
}

extension Registry {
  /// One donor, as somebody sees him.
  package func donor(_ id: ID<Donor>, by actor: Actor, at now: Date) async throws -> Donor {
    let look = DonorLook(donor: id, account: actor.account, at: now)
    if let donor = try await donorReads.submit(look, in: actor.authority) { return donor }
    if let merged = try await store.read(as: actor.authority, { try $0.survivors(of: [id])[id] }) {
      throw merged
    }
    throw NotFound("donor")
  }

  /// Donors found by what somebody typed.
  ///
  /// The event names the kinds of words, not the words.
  package func donors(
    _ search: DonorSearch, page: Page<Donor>, by actor: Actor, at now: Date
  ) async throws -> [Donor] {
    let ring = store.keys.ring
    let found = try await store.record(as: actor.authority) { db in
      let donors =
        search.isEmpty
        ? try db.rows(.donorPage, page.after, page.limit, as: KeptDonor.self)
        : try db.found(search, page: page, with: ring)
      let searched = Event(
        at: now, kind: "donor.searched", subjectId: actor.account.uuid,
        accountId: actor.account.uuid, siteId: actor.authority.siteId?.uuid,
        detail: ["by": search.kindsOfWords, "found": String(donors.count)])
      let looks = donors.map { DonorLook(donor: $0.record.id, account: actor.account, at: now) }
      let unseen = store.recentLooks.unseen(looks)
      try db.run(
        .insertEvents, JSON([searched] + unseen.map { Event($0, by: actor.authority) }))
      return (donors, looks)
    }
    store.recentLooks.remember(found.1)
    return try found.0.map {
      try $0.opened(for: actor.authority.role, with: store.keys, under: policy)
    }
  }
}

extension Store {
  /// Donors in the order in which they were asked for; nil where there is none.
  ///
  /// The looks of a batch are written with one statement. Where all of them were
  /// written a moment ago, nothing is.
  func look(
    at looks: [DonorLook], as authority: Authority
  ) async throws -> [Result<Donor?, any Error>] {
    let ids = looks.map(\.donor)
    let unseen = recentLooks.unseen(looks)
    let found: [KeptDonor]
    if unseen.isEmpty {
      found = try await read(as: authority) { db in try db.rows(.donors, ids) }
    } else {
      found = try await record(as: authority) { db in
        let donors = try db.rows(.donors, ids, as: KeptDonor.self)
        let known = Set(donors.map(\.record.id))
        let events = unseen.filter { known.contains($0.donor) }
          .map { Event($0, by: authority) }
        if !events.isEmpty { try db.run(.insertEvents, JSON(events)) }
        return donors
      }
      recentLooks.remember(unseen)
    }
    let byId = Dictionary(
      found.map { kept in
        (
          kept.record.id,
          Result { try kept.opened(for: authority.role, with: keys, under: policy) }
        )
      }, uniquingKeysWith: { first, _ in first })
    return ids.map { id in byId[id].map { found in found.map { $0 } } ?? .success(nil) }
  }
}

/// The looks that this server has written down in the last minutes.
///
/// A desk that opens a donor again and again looks at him once: within five minutes of an
/// event the same account's looks at the same donor are part of it.
final class RecentLooks: Sendable {
  private struct Pair: Hashable {
    let donor: ID<Donor>
    let account: ID<Account>
  }

  private let written = Mutex<[Pair: Date]>([:])
  private let duration: TimeInterval = 300
  /// About ten megabytes.
  private let most = 100_000

  /// The looks that no event covers, each pair once.
  func unseen(_ looks: [DonorLook]) -> [DonorLook] {
    written.withLock { written in
      var here: Set<Pair> = []
      return looks.filter { look in
        let pair = Pair(donor: look.donor, account: look.account)
        if let last = written[pair], (0..<duration).contains(look.at.timeIntervalSince(last)) {
          return false
        }
        return here.insert(pair).inserted
      }
    }
  }

  /// Notes what was committed.
  func remember(_ looks: [DonorLook]) {
    written.withLock { written in
      // Forgetting only means that a look is written twice.
      if written.count + looks.count > most { written.removeAll(keepingCapacity: true) }
      for look in looks {
        let pair = Pair(donor: look.donor, account: look.account)
        if let last = written[pair], (0..<duration).contains(look.at.timeIntervalSince(last)) {
          continue
        }
        written[pair] = look.at
      }
    }
  }
}

extension Event {
  fileprivate init(_ look: DonorLook, by authority: Authority) {
    self.init(
      at: look.at, kind: "donor.viewed", subjectId: look.donor.uuid,
      accountId: look.account.uuid, siteId: authority.siteId?.uuid)
  }
}

extension DonorSearch {
  /// As what the words were looked up.
  fileprivate var kindsOfWords: String {
    var kinds: [String] = []
    if number != nil { kinds.append("number") }
    if phone != nil { kinds.append("phone") }
    if iin != nil { kinds.append("iin") }
    if name != nil { kinds.append("name") }
    return kinds.isEmpty ? "all" : kinds.joined(separator: " ")
  }
}
