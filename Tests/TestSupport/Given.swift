package import Domain
package import Foundation
package import Store

// What a test starts from, with defaults for everything it does not talk about.
extension World {
  /// A registered donor.
  package func donor(
    _ family: String = "Ахметова", given: String = "Әлия", sex: Sex = .female,
    born: String = "1990-05-17"
  ) async throws -> ID<Donor> {
    let draft = DonorDraft(
      id: .new(at: now), familyName: family, givenName: given, patronymic: nil, sex: sex,
      birthDate: Day(born) ?? Day(now, in: .gmt), iin: nil, phone: nil, language: "kk",
      region: nil)
    _ = try await registry.register(command(staff, draft))
    return draft.id
  }

  /// A donor's record, as the laboratory sees it.
  package func donor(_ id: ID<Donor>) async throws -> Donor {
    try await registry.donor(id, by: laboratory, at: now)
  }

  /// A drive, open unless told otherwise.
  package func drive(
    at site: Site? = nil, by actor: Actor? = nil, open: Bool = true, on time: Date? = nil
  ) async throws -> ID<Drive> {
    let site = site ?? centre
    let time = time ?? now
    let zone = TimeZone(identifier: site.timeZone) ?? .gmt
    let drive = Drive(
      id: .new(at: time), name: Wording("Lobby"), hostId: nil, siteId: site.id,
      date: Day(time, in: zone), startsAt: time - 3600, endsAt: time + 3600, capacity: nil)
    _ = try await registry.plan(command(actor ?? staff, drive))
    if open { _ = try await registry.open(command(actor ?? staff, drive.id)) }
    return drive.id
  }

  /// What drive staff would write down about a bag.
  package func draft(
    of donor: ID<Donor>, at drive: ID<Drive>, din: DonationNumber? = nil,
    kind: DonationKind = .wholeBlood, startedAt: Date? = nil,
    outcome: DonationOutcome = .completed, volumeMl: Int? = nil
  ) throws -> DonationDraft {
    let start = startedAt ?? now - 1200
    return DonationDraft(
      id: .new(at: now), driveId: drive, donorId: donor, din: try din ?? Self.freshDIN(),
      kind: kind, intent: .voluntary,
      volumeMl: volumeMl ?? registry.policy.volume(of: kind)?.target ?? 450, startedAt: start,
      endedAt: start + 600,
      outcome: outcome, forPatient: nil)
  }

  /// A logged donation of a new donor.
  package func donation(startedAt: Date? = nil) async throws -> DonationNumber {
    let draft = try draft(of: await donor(), at: await drive(), startedAt: startedAt)
    _ = try await registry.log(command(staff, draft))
    return draft.din
  }

  /// Determines a donation's group from as many samples.
  package func determine(
    _ din: DonationNumber, _ group: BloodGroup, samples: [String] = ["A", "B"]
  ) async throws {
    for sample in samples {
      _ = try await registry.record(
        command(
          laboratory,
          DeterminationDraft(
            din: din, bloodGroup: group, sample: din.text + sample, method: "gel")))
    }
  }

  /// Finds antigens of a donation's sample.
  package func phenotype(
    _ din: DonationNumber, _ results: [AntigenResult], sample: String = "A",
    method: TypingMethod = .serology, at time: Date? = nil
  ) async throws {
    let draft = PhenotypingDraft(din: din, sample: sample, method: method, results: results)
    _ = try await registry.record(command(laboratory, at: time, draft))
  }

  /// Tests a donation for all required markers.
  package func test(_ din: DonationNumber, result: TestResult = .nonReactive) async throws {
    for marker in registry.policy.requiredMarkers {
      _ = try await registry.record(
        command(laboratory, TestDraft(din: din, marker: marker, result: result)))
    }
  }

  /// Makes components of a donation.
  @discardableResult
  package func make(
    _ din: DonationNumber, _ components: [Component] = [.redCells],
    attributes: [UnitAttribute] = []
  ) async throws -> [Domain.Unit] {
    _ = try await registry.make(
      command(
        laboratory,
        ComponentsDraft(
          din: din,
          components: components.map {
            ComponentDraft(component: $0, volumeMl: 250, attributes: attributes)
          })))
    return try await registry.units(
      UnitFilter(din: din), after: nil, limit: 50, as: laboratory.authority)
  }

  /// A unit on the shelf, through the whole way from the drive.
  package func unit(
    _ group: BloodGroup = .oNegative, _ component: Component = .redCells,
    collectedAt: Date? = nil, attributes: [UnitAttribute] = []
  ) async throws -> Domain.Unit {
    let din = try await donation(startedAt: collectedAt)
    try await determine(din, group)
    try await test(din)
    let units = try await make(din, [component], attributes: attributes)
    _ = try await registry.release(command(laboratory, din))
    return try await registry.unit(units[0].id, as: laboratory.authority).unit
  }

  /// A request of the hospital.
  package func request(
    _ group: BloodGroup = .oNegative, _ quantity: Int = 1, component: Component = .redCells,
    urgency: Urgency = .urgent, neededIn hours: Double = 24,
    substitution: Substitution = .compatible, patient: Patient? = nil,
    attributes: [UnitAttribute] = []
  ) async throws -> ID<Request> {
    let draft = RequestDraft(
      id: .new(at: now), hospitalId: hospital.id, urgency: urgency,
      neededBy: now + hours * 3600,
      lines: [
        RequestLineDraft(
          component: component, bloodGroup: group, quantity: quantity, attributes: attributes,
          substitution: substitution)
      ], patient: patient)
    _ = try await registry.request(command(ward, draft))
    return draft.id
  }

  /// Allocates to a request and answers what it got.
  @discardableResult
  package func allocate(
    _ request: ID<Request>, at time: Date? = nil
  ) async throws -> [AllocatedUnit] {
    let answer = try await registry.allocate(
      command(coordinator, at: time, AllocationDraft(request: request)))
    return try Self.decode(RequestStepUnits.self, answer).units
  }

  /// Reads an answer's record.
  package static func decode<Record: Decodable>(
    _ type: Record.Type, _ answer: Answer
  ) throws -> Record {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(answer.body.utf8))
  }
}

/// The units of a step, as a client reads them.
private struct RequestStepUnits: Decodable {
  let units: [AllocatedUnit]
}
