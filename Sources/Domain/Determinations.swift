package import FoundationEssentials

/// One laboratory's answer to "which group?", for one sample.
package struct Determination: Codable, Sendable, Hashable {
  package let id: ID<Determination>
  package let din: DonationNumber
  /// The group for the label of a donor: whatever D there is counts.
  package let bloodGroup: BloodGroup
  /// The tube it was made from; two determinations of one tube are one.
  package let sample: String
  package let method: String
  /// Which laboratory made it, where that was written down.
  @OrNull package var laboratory: String?
  /// The D antigen as it was seen; null where only the label was given, behind which a weak D
  /// may stand.
  @OrNull package var rhd: RhDFinding?
  package let determinedAt: Date
  /// The resolution of a conflict after which it stands no longer; its result is kept.
  @OrNull package var setAsideBy: ID<Resolution>?

  /// Describes a determination.
  package init(
    id: ID<Determination>, din: DonationNumber, bloodGroup: BloodGroup, sample: String,
    method: String, laboratory: String? = nil, rhd: RhDFinding? = nil, determinedAt: Date,
    setAsideBy: ID<Resolution>? = nil
  ) {
    self.laboratory = laboratory
    self.rhd = rhd
    self.setAsideBy = setAsideBy
    self.id = id
    self.din = din
    self.bloodGroup = bloodGroup
    self.sample = sample
    self.method = method
    self.determinedAt = determinedAt
  }
}

/// What all standing determinations of a donor together say.
///
/// A donor is typed from two independent samples that agree; history counts, so
/// a repeat donor needs one more that agrees with it. Any disagreement blocks
/// everything of the donor until it is resolved (JPAC 13.10).
package enum GroupConclusion: Hashable, Sendable {
  case none
  case unconfirmed(BloodGroup)
  case confirmed(BloodGroup)
  case conflict(Set<BloodGroup>)

  /// Concludes from pairs of group and sample.
  package init(_ determinations: [(group: BloodGroup, sample: String)]) {
    let groups = Set(determinations.map(\.group))
    guard let group = groups.first else {
      self = .none
      return
    }
    if groups.count > 1 {
      self = .conflict(groups)
    } else if Set(determinations.map(\.sample)).count >= 2 {
      self = .confirmed(group)
    } else {
      self = .unconfirmed(group)
    }
  }

  /// The group on which all agree so far, confirmed or not.
  package var agreed: BloodGroup? {
    switch self {
    case .unconfirmed(let group), .confirmed(let group): group
    case .none, .conflict: nil
    }
  }
}

/// What a test for an infection said.
package enum TestResult: String, Codable, Sendable, CaseIterable {
  case reactive
  case nonReactive = "non_reactive"
  /// The run did not count; the test has to be repeated.
  case invalid
}

/// One test of one donation for one marker.
package struct Test: Codable, Sendable, Hashable {
  package let id: ID<Test>
  package let din: DonationNumber
  package let marker: String
  package let result: TestResult
  package let testedAt: Date

  /// Describes a test.
  package init(
    id: ID<Test>, din: DonationNumber, marker: String, result: TestResult, testedAt: Date
  ) {
    self.id = id
    self.din = din
    self.marker = marker
    self.result = result
    self.testedAt = testedAt
  }
}
