package import FoundationEssentials

/// A hospital's request for units.
package struct Request: Codable, Sendable, Hashable {
  package let id: ID<Request>
  package let hospitalId: ID<Hospital>
  package let urgency: Urgency
  package let neededBy: Date
  package let state: RequestState
  package let requestedAt: Date
  @OrNull package var patient: Patient?
  package let lines: [RequestLine]

  /// Describes a request.
  package init(
    id: ID<Request>, hospitalId: ID<Hospital>, urgency: Urgency, neededBy: Date,
    state: RequestState, requestedAt: Date, patient: Patient?, lines: [RequestLine]
  ) {
    self.id = id
    self.hospitalId = hospitalId
    self.urgency = urgency
    self.neededBy = neededBy
    self.state = state
    self.requestedAt = requestedAt
    self.patient = patient
    self.lines = lines
  }
}

/// The patient as the hospital refers to him: never a name.
package struct Patient: Codable, Sendable, Hashable {
  package let reference: String
  @OrNull package var sex: Sex?
  @OrNull package var birthDate: Day?
  @OrNull package var bloodGroup: BloodGroup?

  /// Describes a patient.
  package init(reference: String, sex: Sex?, birthDate: Day?, bloodGroup: BloodGroup?) {
    self.reference = reference
    self.sex = sex
    self.birthDate = birthDate
    self.bloodGroup = bloodGroup
  }
}

/// One component and group of a request, and how far it is filled.
///
/// The counts run along the chain: what is received was issued, what is issued
/// was allocated. So always
/// `requested = allocated + outstanding + cancelled + lapsed`.
package struct RequestLine: Codable, Sendable, Hashable {
  package let id: ID<RequestLine>
  package let component: Component
  package let bloodGroup: BloodGroup
  package let attributes: [String]
  package let substitution: Substitution
  package let requested: Int
  /// Units promised to this line, also those gone out since.
  package let allocated: Int
  /// Of the allocated, units of another group than the one asked for.
  package let substituted: Int
  package let issued: Int
  package let received: Int
  package let returned: Int
  package let cancelled: Int
  /// Units nobody waits for any longer, because their time passed.
  package let lapsed: Int
  /// Units still to be found.
  package let outstanding: Int

  /// Opens a line on which nothing has happened yet.
  package init(id: ID<RequestLine>, draft: RequestLineDraft) {
    self.id = id
    component = draft.component
    bloodGroup = draft.bloodGroup
    attributes = draft.attributes.map(\.rawValue)
    substitution = draft.substitution
    requested = draft.quantity
    allocated = 0
    substituted = 0
    issued = 0
    received = 0
    returned = 0
    cancelled = 0
    lapsed = 0
    outstanding = draft.quantity
  }
}

/// What a hospital writes into a request.
package struct RequestDraft: Sendable, Hashable {
  package var id: ID<Request>
  package var hospitalId: ID<Hospital>
  package var urgency: Urgency
  package var neededBy: Date
  package var lines: [RequestLineDraft]
  package var patient: Patient?

  /// Collects the entries of the form.
  package init(
    id: ID<Request>, hospitalId: ID<Hospital>, urgency: Urgency, neededBy: Date,
    lines: [RequestLineDraft], patient: Patient?
  ) {
    self.id = id
    self.hospitalId = hospitalId
    self.urgency = urgency
    self.neededBy = neededBy
    self.lines = lines
    self.patient = patient
  }

  /// The lines whose group would harm the patient, were it given to him.
  package var unsafeLines: [Int] {
    guard let group = patient?.bloodGroup else { return [] }
    return lines.indices.filter { index in
      !lines[index].component.match(donor: lines[index].bloodGroup, recipient: group).isSafe
    }
  }
}

/// What a hospital writes into one line.
package struct RequestLineDraft: Sendable, Hashable {
  package var component: Component
  package var bloodGroup: BloodGroup
  package var quantity: Int
  package var attributes: [UnitAttribute]
  package var substitution: Substitution

  /// Collects the entries of the line.
  package init(
    component: Component, bloodGroup: BloodGroup, quantity: Int,
    attributes: [UnitAttribute] = [], substitution: Substitution = .compatible
  ) {
    self.component = component
    self.bloodGroup = bloodGroup
    self.quantity = quantity
    self.attributes = attributes
    self.substitution = substitution
  }
}

/// Why nothing more can be done with a request.
package enum RequestRefusal: Refusal {
  /// The request is fulfilled, cancelled or lapsed.
  case notOpen(state: RequestState)
  /// There is nothing held that could be issued.
  case nothingToIssue
  /// There is nothing on its way that could be received.
  case nothingToReceive
  /// There is nothing issued or received that could come back.
  case nothingToReturn
  /// A named unit is not in the state this step needs.
  case unitsNotReady([String])

  package var code: String {
    switch self {
    case .notOpen: "request_not_open"
    case .nothingToIssue: "nothing_to_issue"
    case .nothingToReceive: "nothing_to_receive"
    case .nothingToReturn: "nothing_to_return"
    case .unitsNotReady: "units_not_ready"
    }
  }

  package var facts: [String: String] {
    switch self {
    case .notOpen(let state): ["state": state.rawValue]
    case .unitsNotReady(let units): ["units": units.joined(separator: ", ")]
    default: [:]
    }
  }
}

/// A unit that a request got, and why this one.
package struct AllocatedUnit: Codable, Sendable, Hashable {
  package let id: ID<Unit>
  package let din: DonationNumber
  package let component: Component
  /// Null while the donor's determinations disagree.
  @OrNull package var bloodGroup: BloodGroup?
  package let expiresOn: Day
  package let rankReason: RankReason
  package let state: AllocationState

  /// Describes a unit with its place in the ranking.
  package init(
    id: ID<Unit>, din: DonationNumber, component: Component, bloodGroup: BloodGroup?,
    expiresOn: Day, rankReason: RankReason, state: AllocationState
  ) {
    self.id = id
    self.din = din
    self.component = component
    self.bloodGroup = bloodGroup
    self.expiresOn = expiresOn
    self.rankReason = rankReason
    self.state = state
  }
}

/// A request after a step, with the units the step was about.
package struct RequestStep: Codable, Sendable, Hashable {
  package let request: Request
  package let units: [AllocatedUnit]
  /// The lines that wait although O− units are there: those are kept for emergencies.
  package let reserveKept: [ID<RequestLine>]

  /// Joins a request and the units of a step.
  package init(
    request: Request, units: [AllocatedUnit], reserveKept: [ID<RequestLine>] = []
  ) {
    self.reserveKept = reserveKept
    self.request = request
    self.units = units
  }
}
