package import Domain
import FoundationEssentials
import Postgres
import SQL

/// What a laboratory says about the antigens of one sample.
package struct PhenotypingDraft: Sendable {
  package var din: DonationNumber
  package var sample: String
  package var method: TypingMethod
  package var laboratory: String?
  package var results: [AntigenResult]

  /// Collects the entries; each antigen stands in them once.
  package init(
    din: DonationNumber, sample: String, method: TypingMethod, laboratory: String? = nil,
    results: [AntigenResult]
  ) {
    self.din = din
    self.sample = sample
    self.method = method
    self.laboratory = laboratory
    self.results = results
  }

  fileprivate func antigens(_ result: AntigenPresence) -> [String] {
    results.filter { $0.result == result }.map(\.antigen.rawValue)
  }
}

extension Registry {
  /// Records what was found of a donor's antigens, beside all that was found before.
  package func record(_ command: Command<PhenotypingDraft>) async throws -> Answer {
    try await store.perform(command) { db in
      _ = try db.lockedDonation(command.draft.din)
    } _: { db in
      let draft = command.draft
      let donation = try db.lockedDonation(draft.din)
      let order = Antigen.allCases
      let phenotyping = Phenotyping(
        id: .new(at: command.at), din: draft.din, sample: draft.sample, method: draft.method,
        laboratory: draft.laboratory,
        results: order.flatMap { antigen in draft.results.filter { $0.antigen == antigen } },
        testedAt: command.at)
      try db.run(
        .insertPhenotyping, phenotyping.id, donation.id, donation.donorId,
        draft.antigens(.present), draft.antigens(.absent), draft.sample, draft.method,
        draft.laboratory, command.at, command.actor.account)
      try db.note(
        "donation.phenotyped", donation.id.uuid, command, site: donation.siteId,
        ["phenotyping": phenotyping.id.description])
      return try Effect(phenotyping.id.uuid, phenotyping)
    }
  }

  /// What is known of a donor's antigens.
  package func phenotype(of donor: ID<Donor>, as authority: Authority) async throws -> Phenotype {
    try await store.read(as: authority) { db in try db.phenotype(of: donor, under: policy) }
  }
}

extension Transaction {
  /// What every phenotyping of a donor says together.
  func phenotype(of donor: ID<Donor>, under policy: Policy) throws -> Phenotype {
    let readings = try rows(.phenotypings, donor, as: Joined<Phenotyping, Tube>.self)
    let group = try one(.certainGroup, donor, as: CertainGroup.self)
    return Phenotype(
      of: donor, rhd: group.hasAlteredD ? nil : group.bloodGroup?.rhd,
      from: readings.map { ($0.record, $0.extra.tube) }, under: policy)
  }
}

private struct Tube: Codable {
  let tube: String
}

private struct CertainGroup: Codable {
  let bloodGroup: BloodGroup?
  let hasAlteredD: Bool
}
