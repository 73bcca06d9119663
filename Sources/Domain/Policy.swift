/// The numbers a jurisdiction lives by, each with its source, from one day on.
///
/// No medical number stands in code: a rule takes the policy as a parameter,
/// and a decision keeps the version that made it.
package struct Policy: Hashable, Sendable, Codable {
  /// The jurisdiction in short, such as `KZ`.
  package let code: String
  /// Counts up with every change of a value.
  package let version: Int
  /// The first day it is in force.
  package let effectiveFrom: Day
  /// The jurisdiction's name in the languages of the register.
  package let jurisdiction: Names
  /// The kinds of donation it governs.
  package let kinds: [DonationKind]
  /// What every donation is tested for.
  package let markers: [MarkerRule]
  /// Rest between donations.
  package let intervals: [IntervalRule]
  /// Donations in a period.
  package let caps: [CapRule]
  /// Ages.
  package let ages: [AgeRule]
  /// What is measured before a donation.
  package let signs: [SignRule]
  /// What reasons mean that donors tell.
  package let deferrals: [DeferralRule]
  /// How long reactive tests bar a donor.
  package let reactives: [ReactiveRule]
  /// How much is drawn.
  package let volumes: [VolumeRule]
  /// How long components keep.
  package let shelfLives: [ShelfLifeRule]
  /// Which groups to spend first.
  package let scarcity: [ScarcityRule]
  /// Where the phases of a shortage begin.
  package let phaseBands: Ruled<PhaseBands>
  /// Where the words for the public begin.
  package let supplyWordBands: Ruled<SupplyWordBands>
  /// Over how many days demand is averaged.
  package let demandDays: Ruled<Int>
  /// How long a unit may be held for a request.
  package let holdHours: Ruled<Int>
  /// How long a unit must still keep after the hour it is needed.
  package let expiryMarginHours: Ruled<Int>
  /// What is kept back for O− patients.
  package let oNegativeReserve: Ruled<Reserve>

  /// How long units usually wait for their release.
  package let quarantine: [QuarantineRule]?
  /// What may be put back on the shelf after it was returned.
  package let returns: [ReturnRule]?
  /// Which antigens make a donor's blood rare.
  package let rarePhenotypes: [RarePhenotypeRule]?
  /// How often one donor may be spoken to.
  package let contactLimits: [ContactLimitRule]?

  private enum CodingKeys: String, CodingKey {
    case code, version, jurisdiction, kinds, markers, intervals, caps, ages, signs
    case deferrals, reactives, volumes, scarcity, quarantine, returns
    case effectiveFrom = "effective_from"
    case shelfLives = "shelf_lives"
    case phaseBands = "phase_bands"
    case supplyWordBands = "supply_word_bands"
    case demandDays = "demand_days"
    case holdHours = "hold_hours"
    case expiryMarginHours = "expiry_margin_hours"
    case oNegativeReserve = "o_negative_reserve"
    case rarePhenotypes = "rare_phenotypes"
    case contactLimits = "contact_limits"
  }
}

/// One name in Kazakh, Russian and English.
package struct Names: Hashable, Sendable, Codable {
  package let kk: String
  package let ru: String
  package let en: String

  /// Says the name in each language.
  package init(kk: String, ru: String, en: String) {
    self.kk = kk
    self.ru = ru
    self.en = en
  }
}

/// The least stock that is not touched for others: the larger of the two.
package struct Reserve: Hashable, Sendable, Codable {
  /// Days of supply.
  package let days: Int
  /// Units.
  package let units: Int
}

/// Which policy made a decision.
package struct PolicyVersion: Hashable, Sendable, Codable, CustomStringConvertible {
  package let code: String
  package let version: Int

  /// Names a policy and its version.
  package init(code: String, version: Int) {
    self.code = code
    self.version = version
  }

  /// Both, as shown to people: `KZ 1`.
  package var description: String { "\(code) \(version)" }
}

extension Policy {
  /// How long units of a component usually wait for their release.
  package func quarantine(of component: Component) -> Term? {
    quarantine?.first { $0.components.contains(component) }?.expected
  }

  /// How many minutes a component may have been out of controlled storage, or nothing
  /// if it is never taken back.
  package func minutesOutside(of component: Component) -> Int? {
    returns?.first { $0.components.contains(component) }?.atMostMinutes
  }

  /// The name a decision keeps.
  package var identity: PolicyVersion { PolicyVersion(code: code, version: version) }

  /// The markers each donation must be tested for, by their stable names.
  package var requiredMarkers: [String] { markers.map(\.marker) }

  /// How much may be drawn for a kind of donation.
  package func volume(of kind: DonationKind) -> VolumeRule? {
    volumes.first { $0.kind == kind }
  }

  /// All groups in the order they are spent for a component, or none if it does not say.
  package func scarcity(of component: Component) -> [BloodGroup] {
    scarcity.first { $0.components.contains(component) }?.order ?? []
  }

  /// The groups to try for a recipient, the best first, in this policy's order.
  package func ranked(
    _ component: Component, for recipient: BloodGroup?, substitution: Substitution
  ) -> [BloodGroup] {
    component.ranked(
      for: recipient, substitution: substitution, scarcity: scarcity(of: component))
  }
}
