package import FoundationEssentials

/// Two records of one person made one.
///
/// The merged record keeps who was registered; what belongs to the person went to the survivor.
/// It is undone by ``MergerUndoing``.
package struct Merger: Codable, Sendable, Hashable {
  package let id: ID<Merger>
  package let survivorId: ID<Donor>
  package let survivorNumber: Int
  package let mergedId: ID<Donor>
  package let mergedNumber: Int
  package let reason: String
  package let mergedAt: Date
  package let mergedBy: ID<Account>
  @OrNull package var undoneAt: Date?
  @OrNull package var undoneBy: ID<Account>?
  @OrNull package var undoReason: String?
}

/// The wish that two records be one.
package struct MergerDraft: Sendable, Hashable {
  package var id: ID<Merger>
  package var survivor: ID<Donor>
  package var merged: ID<Donor>
  package var reason: String

  /// Collects the entries.
  package init(id: ID<Merger>, survivor: ID<Donor>, merged: ID<Donor>, reason: String) {
    self.id = id
    self.survivor = survivor
    self.merged = merged
    self.reason = reason
  }
}

/// The wish that a merger be undone.
package struct MergerUndoing: Sendable, Hashable {
  package var merger: ID<Merger>
  package var reason: String

  /// Collects the entries.
  package init(merger: ID<Merger>, reason: String) {
    self.merger = merger
    self.reason = reason
  }
}

/// One of two records that may be merged, as the laboratory sees it.
package struct MergerSide: Codable, Sendable, Hashable, Redacted {
  package let id: ID<Donor>
  package let donorNumber: Int
  package let state: DonorState
  @OrNull package var familyName: String?
  @OrNull package var givenName: String?
  @OrNull package var patronymic: String?
  package let sex: Sex
  package let birthDate: Day
  package let hasIin: Bool
  package let hasPhone: Bool
  /// Whether the donor waits at a drive at this moment.
  package let isVisiting: Bool
  @OrNull package var bloodGroup: BloodGroup?

  /// The kind and the id alone.
  package var description: String { "MergerSide \(id)" }

  /// Describes a record.
  package init(
    id: ID<Donor>, donorNumber: Int, state: DonorState = .active, names: [String?],
    sex: Sex = .female, birthDate: Day, hasIin: Bool = false, hasPhone: Bool = false,
    isVisiting: Bool = false, bloodGroup: BloodGroup? = nil
  ) {
    let names = names + [nil, nil, nil]
    self.id = id
    self.donorNumber = donorNumber
    self.state = state
    self.sex = sex
    self.birthDate = birthDate
    self.hasIin = hasIin
    self.hasPhone = hasPhone
    self.isVisiting = isVisiting
    familyName = names[0]
    givenName = names[1]
    patronymic = names[2]
    self.bloodGroup = bloodGroup
  }
}

/// In what two records disagree.
package enum MergerConflict: String, Codable, Sendable, CaseIterable {
  case name
  case sex
  case birthDate = "birth_date"
  /// Determinations of the one contradict those of the other, or already did.
  case bloodGroup = "blood_group"
  case iin
}

/// What a merger would do.
package struct MergerPreview: Codable, Sendable, Hashable {
  package let survivor: MergerSide
  package let merged: MergerSide
  /// How many rows of each kind would go to the survivor.
  package let moves: [String: Int]
  /// The deferrals of both: all of them stay valid.
  package let deferrals: [Deferral]
  package let conflicts: [MergerConflict]
  /// The code of what speaks against the merger for good.
  @OrNull package var refusedBy: String?

  /// Holds two records against each other.
  package init(
    survivor: MergerSide, merged: MergerSide, moves: [String: Int], deferrals: [Deferral],
    group: GroupConclusion
  ) {
    self.survivor = survivor
    self.merged = merged
    self.moves = moves
    self.deferrals = deferrals
    var conflicts: [MergerConflict] = []
    if survivor.nameKeys.strict != merged.nameKeys.strict { conflicts.append(.name) }
    if survivor.sex != merged.sex { conflicts.append(.sex) }
    if survivor.birthDate != merged.birthDate { conflicts.append(.birthDate) }
    if case .conflict = group { conflicts.append(.bloodGroup) }
    if survivor.hasIin && merged.hasIin { conflicts.append(.iin) }
    self.conflicts = conflicts
    refusedBy = nil
    do {
      try survivor.take(merged)
    } catch {
      refusedBy = error.code
    }
  }
}

extension MergerSide {
  fileprivate var nameKeys: NameKeys { NameKeys([familyName, givenName, patronymic]) }

  /// Whether another record may become part of this one.
  ///
  /// Two identity numbers are two people: nobody has two, and no number stands twice.
  package func take(_ merged: MergerSide) throws(MergerRefusal) {
    for side in [self, merged] where side.state != .active { throw .notActive(state: side.state) }
    guard !(hasIin && merged.hasIin) else { throw .twoIINs }
    guard !merged.isVisiting else { throw .isVisiting }
  }
}

/// What decides whether a merger may be undone.
package struct MergerUndoingFacts: Codable, Sendable, Hashable {
  package let isUndone: Bool
  package let mergedBy: ID<Account>
  package let survivorState: DonorState
  /// Whether the merged record still says who was registered.
  package let hasIdentity: Bool
  /// Whether a reactive result or an automatic deferral stands among what both have.
  package let isBarred: Bool

  /// Collects the facts.
  package init(
    isUndone: Bool = false, mergedBy: ID<Account>, survivorState: DonorState = .active,
    hasIdentity: Bool = true, isBarred: Bool = false
  ) {
    self.isUndone = isUndone
    self.mergedBy = mergedBy
    self.survivorState = survivorState
    self.hasIdentity = hasIdentity
    self.isBarred = isBarred
  }

  /// Whether nothing speaks against it.
  ///
  /// A bar that counted for both would end for one of them: that is for a second person
  /// to decide, who has signed in.
  package func undo(by actor: Actor) throws {
    guard !isUndone else { throw MergerRefusal.isUndone }
    guard survivorState == .active, hasIdentity else {
      throw MergerRefusal.notActive(state: survivorState == .active ? .anonymised : survivorState)
    }
    guard isBarred else { return }
    guard actor.isAnotherPerson(than: mergedBy) else {
      throw ResolutionRefusal.secondPersonRequired
    }
    guard actor.isPresent else { throw ResolutionRefusal.needsSession }
  }
}

/// Why two records are not merged, or a merger is not undone.
package enum MergerRefusal: Refusal {
  case notActive(state: DonorState)
  /// Each of the two has an identity number.
  case twoIINs
  /// The one that would be merged waits at a drive.
  case isVisiting
  case isUndone

  package var code: String {
    switch self {
    case .notActive: "donor_not_active"
    case .twoIINs: "merger_of_two_iins"
    case .isVisiting: "donor_is_visiting"
    case .isUndone: "merger_undone"
    }
  }

  package var facts: [String: String] {
    if case .notActive(let state) = self { ["state": state.rawValue] } else { [:] }
  }
}

/// The record was merged: whatever is done is done with its survivor.
package struct DonorMerged: Refusal, Codable {
  package let survivorId: ID<Donor>
  package let survivorNumber: Int

  /// Names the survivor.
  package init(survivorId: ID<Donor>, survivorNumber: Int) {
    self.survivorId = survivorId
    self.survivorNumber = survivorNumber
  }

  package var code: String { "donor_merged" }

  package var facts: [String: String] {
    ["donor_number": String(survivorNumber), "donor": survivorId.description]
  }
}
