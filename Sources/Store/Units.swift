package import Domain
package import FoundationEssentials
import Postgres
import SQL

/// What a laboratory made of a donation.
package struct ComponentsDraft: Sendable {
  package var din: DonationNumber
  package var components: [ComponentDraft]

  /// Collects the entries.
  package init(din: DonationNumber, components: [ComponentDraft]) {
    self.din = din
    self.components = components
  }
}

/// Which units somebody wants to see.
package struct UnitFilter: Sendable, Hashable {
  package var site: ID<Site>?
  package var component: Component?
  package var group: BloodGroup?
  package var state: UnitState?
  package var din: DonationNumber?

  /// Collects the conditions; nil asks for all.
  package init(
    site: ID<Site>? = nil, component: Component? = nil, group: BloodGroup? = nil,
    state: UnitState? = nil, din: DonationNumber? = nil
  ) {
    self.site = site
    self.component = component
    self.group = group
    self.state = state
    self.din = din
  }
}

/// Where a page of units starts: they are listed by expiry.
package struct UnitCursor: Sendable, Hashable, Codable {
  package let expiresAt: Date
  package let id: ID<Unit>

  /// Points after a unit.
  package init(after unit: Unit) {
    expiresAt = unit.expiresAt
    id = unit.id
  }

  /// Reads what a client sends back, which may be anything.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    expiresAt = try container.decode(Date.self, forKey: .expiresAt)
    id = try container.decode(ID<Unit>.self, forKey: .id)
    guard Instant.bounds.contains(expiresAt) else {
      throw DecodingError.dataCorruptedError(
        forKey: .expiresAt, in: container, debugDescription: "no unit expires then")
    }
  }
}

/// The units made of one donation.
package struct ComponentsMade: Codable, Sendable {
  package let din: DonationNumber
  package let units: [Unit]
}

extension Registry {
  /// Records the components made of a donation as units with their expiry.
  package func make(_ command: Command<ComponentsDraft>) async throws -> Answer {
    try await components.submit(command, in: command.actor.authority)
  }

  /// One unit and everything that happened to it.
  package func unit(_ id: ID<Unit>, as authority: Authority) async throws -> UnitHistory {
    try await store.read(as: authority) { db in
      guard let unit = try db.first(.unit, id, as: Unit.self) else { throw NotFound("unit") }
      return UnitHistory(
        unit: unit, history: try db.rows(.unitHistory, id.uuid, as: UnitHistory.Step.self))
    }
  }

  /// A page of units, first to expire first.
  package func units(
    _ filter: UnitFilter, after cursor: UnitCursor?, limit: Int, as authority: Authority
  ) async throws -> [Unit] {
    try await store.read(as: authority) { db in
      try db.rows(
        .units, cursor?.expiresAt, cursor?.id, filter.site, filter.component, filter.group,
        filter.state, filter.din, limit)
    }
  }

  /// What is in stock by site, component and group.
  package func stock(
    _ filter: UnitFilter, at now: Date, as authority: Authority
  ) async throws -> [StockLine] {
    try await store.read(as: authority) { db in
      try db.rows(.stockLines, filter.site, filter.component, filter.group, now)
    }
  }
}

extension Store {
  /// Makes the components of a set of donations in one transaction.
  func make(
    _ commands: [Command<ComponentsDraft>], as authority: Authority
  ) async throws -> [Result<Answer, any Error>] {
    try await write(as: authority) { db in
      let donations = try db.lockedDonations(commands.map(\.draft.din))
      return try db.answer(commands) { fresh in
        let facts = try db.componentFacts(donations)
        var bench = ComponentBench(facts: facts)
        let decisions = fresh.map { command in
          Result { try bench.make(command, under: policy) }
        }
        let rows = zip(fresh, decisions).flatMap { command, decision in
          (try? decision.get())?.rows(command) ?? []  // A refused member writes nothing.
        }
        if !rows.isEmpty { try db.run(.insertUnits, JSON(rows)) }
        return decisions.map { decision in
          decision.flatMap { made in
            Result {
              try Effect(
                made.donation.uuid, ComponentsMade(din: made.din, units: made.units))
            }
          }
        }
      }
    }
  }
}

/// The donations of a batch, kept true while components are made of them.
private struct ComponentBench {
  var facts: [DonationNumber: ComponentFacts]

  mutating func make(
    _ command: Command<ComponentsDraft>, under policy: Policy
  ) throws -> Made {
    guard let donation = facts[command.draft.din] else { throw NotFound("donation") }
    let units = try donation.make(command.draft.components, at: command.at, under: policy)
    facts[donation.din] = donation.having(made: units)
    return Made(donation: donation.donationId, din: donation.din, units: units)
  }

  struct Made {
    let donation: ID<Donation>
    let din: DonationNumber
    let units: [Unit]

    func rows(_ command: Command<ComponentsDraft>) -> [Joined<Unit, Origin>] {
      units.map {
        Joined(
          $0,
          Origin(donationId: donation, madeAt: command.at, madeBy: command.actor.account))
      }
    }
  }

  struct Origin: Encodable {
    let donationId: ID<Donation>
    let madeAt: Date
    let madeBy: ID<Account>
  }
}

extension Transaction {
  fileprivate func componentFacts(
    _ donations: [LockedDonation]
  ) throws -> [DonationNumber: ComponentFacts] {
    Dictionary(
      try rows(.componentFacts, donations.map(\.id), as: ComponentFacts.self)
        .map { ($0.din, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
