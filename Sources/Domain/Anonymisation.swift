package import FoundationEssentials

/// The wish that a donor's identity be deleted for good.
package struct Anonymisation: Sendable {
  package var donor: ID<Donor>
  package var reason: AnonymisationReason

  /// Names the donor and the ground.
  package init(donor: ID<Donor>, reason: AnonymisationReason) {
    self.donor = donor
    self.reason = reason
  }
}

/// On what ground an identity is deleted: a list, because free text would keep names.
package enum AnonymisationReason: String, Codable, Sendable, CaseIterable {
  /// The donor withdrew consent.
  case donorRequest = "donor_request"
  /// A court or an authority ordered it.
  case legalOrder = "legal_order"
  /// Records of the donor need not be kept any longer.
  case retentionEnded = "retention_ended"
  /// The record should never have been made.
  case registeredByMistake = "registered_by_mistake"
}

/// What is left to say of a donor whose identity was deleted.
package struct AnonymisedDonor: Codable, Sendable, Hashable {
  package let id: ID<Donor>
  package let donorNumber: Int
  package let state: DonorState
  package let reason: AnonymisationReason
  package let anonymisedAt: Date

  /// Describes a donor without identity.
  package init(
    id: ID<Donor>, donorNumber: Int, reason: AnonymisationReason, anonymisedAt: Date
  ) {
    self.id = id
    self.donorNumber = donorNumber
    self.state = .anonymised
    self.reason = reason
    self.anonymisedAt = anonymisedAt
  }
}

/// What decides whether an identity may be deleted.
package struct AnonymisationFacts: Codable, Sendable, Hashable {
  package let donorNumber: Int
  package let state: DonorState
  /// Whether the donor waits at a drive at this moment.
  package let isVisiting: Bool
  /// Whether blood of the donor awaits its tests or lies in stock.
  package let hasBloodInStock: Bool

  /// Collects the facts.
  package init(donorNumber: Int, state: DonorState, isVisiting: Bool, hasBloodInStock: Bool) {
    self.donorNumber = donorNumber
    self.state = state
    self.isVisiting = isVisiting
    self.hasBloodInStock = hasBloodInStock
  }

  /// Whether nothing speaks against it.
  ///
  /// A result that comes late must still reach the person it is about.
  package func anonymise() throws(AnonymisationRefusal) {
    guard state.canBecome(.anonymised) else { throw .notActive(state: state) }
    guard !isVisiting else { throw .isVisiting }
    guard !hasBloodInStock else { throw .bloodInStock }
  }
}

/// Why an identity is not deleted.
package enum AnonymisationRefusal: Refusal {
  /// The record is merged, or anonymised already.
  case notActive(state: DonorState)
  /// The donor waits at a drive.
  case isVisiting
  /// Blood of the donor awaits its tests or can still be given.
  case bloodInStock

  package var code: String {
    switch self {
    case .notActive: "donor_not_active"
    case .isVisiting: "donor_is_visiting"
    case .bloodInStock: "donor_has_blood_in_stock"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .notActive(let state): ["state": state.rawValue]
    case .isVisiting, .bloodInStock: [:]
    }
  }
}
