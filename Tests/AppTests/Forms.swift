import Domain
import Foundation
import TestSupport
import Testing

@testable import App
@testable import Store

/// A form of the contract that is right, and what may be left out of it.
struct Form: Sendable {
  /// The path as `Routes.all` writes it.
  let route: String
  /// The path to a record that exists.
  let target: String
  let role: Role
  var body: JSONValue = [:]
  /// Members that may be absent or null.
  var optional: Set<String> = []
  /// Whether the operation can do without a body.
  var canBeEmpty = false
  /// Whether it changes nothing, and answers with what is there.
  var onlyReads = false
  /// Whether a token is not enough: a person has to have signed in.
  var needsSession = false
}

/// The records that right forms name.
struct Subjects: Sendable {
  let donor: ID<Donor>
  let contact: ID<Contact>
  let consent: ID<Consent>
  let planned: ID<Drive>
  let open: ID<Drive>
  let visit: String
  let din: DonationNumber
  let request: ID<Request>
  let fates: FateSubjects
  let flag: ID<RareFlag>
  let person: Person
  let token: ID<AccessToken>
  /// The account of a program.
  let machine: ID<Account>
  let grant: ID<Grant>
  let session: ID<SessionRecord>
  /// Somebody whose rights are taken away.
  let other: Person
  let mergers: MergerSubjects

  init(_ cast: Cast) async throws {
    let world = cast.world
    fates = try await FateSubjects(world)
    flag = try await world.rareFlag()
    mergers = try await MergerSubjects(world)
    donor = try await world.donor()
    (contact, consent) = try await world.waysToReach(donor)
    planned = try await world.drive(open: false)
    open = try await world.drive()
    let checkIn = try await cast.staff.post(
      "/v1/drives/\(open)/visits", #"{"donor_id": "\#(try await world.donor("Ыбырай"))"}"#)
    visit = checkIn["id"]?.text ?? ""
    din = try await world.donation()
    _ = try await world.unit()
    request = try await world.request()
    person = try await world.person()
    let grant = try await world.registry.account(person.id).grants[0].id
    let draft = AccessTokenDraft(
      id: .new(at: world.now), account: person.id, grant: grant, name: "Export",
      expiresAt: world.now + 3600, presence: Presence(current: Password(person.password)))
    let actor = Actor(account: person.id, authority: Authority(role: .coordinator))
    _ = try await world.registry.issueToken(world.command(actor, draft))
    machine = try await cast.machine()
    token = draft.id
    self.grant = grant
    other = try await world.person("other@example.kz")
    // Who confirms a second factor is signed out everywhere else.
    _ = try await world.secondFactor(of: other)
    let secret = try await world.registry.start(
      other.id, by: .oidc, instead: nil, at: world.now
    ) { _ in }
    session = try #require(
      await world.registry.caller(ofSession: secret, at: world.now)?.session?.id)
  }
}

extension Form {
  /// A right form for every POST of the contract.
  static func all(_ cast: Cast, _ subjects: Subjects) throws -> [Form] {
    places + accounts(subjects) + desk(cast, subjects) + (try chair(cast, subjects))
      + laboratory(subjects) + requests(cast, subjects) + fates(subjects.fates)
      + resolutions(subjects.fates) + reaching(subjects) + mergers(subjects)
      + [forgetting(subjects)]
  }

  private static func forgetting(_ subjects: Subjects) -> Form {
    Form(
      route: "/v1/donors/{donor}/anonymisation",
      target: "/v1/donors/\(subjects.donor)/anonymisation", role: .admin,
      body: ["reason": "donor_request"])
  }

  private static let places: [Form] = [
    Form(
      route: "/v1/sites", target: "/v1/sites", role: .admin,
      body: [
        "id": "01a1ee56-5e00-7111-8111-111111111111", "name": "Үй", "kind": "venue",
        "region": "KZ-71", "time_zone": "Asia/Almaty",
      ], optional: ["id", "time_zone"]),
    Form(
      route: "/v1/hosts", target: "/v1/hosts", role: .admin,
      body: ["name": ["kk": "Зауыт", "ru": "Завод", "en": "Works"]],
      optional: ["kk", "ru", "en"]),
    Form(
      route: "/v1/hospitals", target: "/v1/hospitals", role: .admin,
      body: ["name": "БСМП", "region": "KZ-79", "bin": "940140000385"], optional: ["bin"]),
  ]

  private static func accounts(_ subjects: Subjects) -> [Form] {
    [
      Form(
        route: "/v1/sessions", target: "/v1/sessions", role: .admin,
        body: [
          "login": .text(subjects.person.login), "password": .text(subjects.person.password),
          "new_password": "тоғыз қызыл алма түсті", "code": "492039",
        ], optional: ["new_password", "code"]),
      Form(
        route: "/v1/sessions/{session}/revocation",
        target: "/v1/sessions/\(subjects.session)/revocation", role: .admin,
        body: ["current_password": .text(subjects.person.password)],
        optional: ["current_password"], canBeEmpty: true),
      Form(
        route: "/v1/accounts", target: "/v1/accounts", role: .admin,
        body: [
          "kind": "person", "login": "samal@example.kz", "name": "Самал",
          "password": "тау мен тасты жел бұзар",
          "grants": [["role": "auditor"]],
          "link": ["issuer": "https://login.example.kz", "subject": "90ab"],
        ], optional: ["password", "grants", "link"]),
      Form(
        route: "/v1/accounts/{account}/link", target: "/v1/accounts/\(subjects.person.id)/link",
        role: .admin, body: ["issuer": "https://login.example.kz", "subject": "8f7d3c52"]),
      Form(
        route: "/v1/accounts/{account}/unlinking",
        target: "/v1/accounts/\(subjects.person.id)/unlinking", role: .admin, canBeEmpty: true),
      Form(
        route: "/v1/accounts/{account}/grants", target: "/v1/accounts/\(subjects.person.id)/grants",
        role: .admin, body: ["role": "recruiter"]),
      Form(
        route: "/v1/tokens", target: "/v1/tokens", role: .admin,
        body: [
          "account_id": .text(subjects.machine.description), "name": "Export",
          "expires_at": "2027-06-01T00:00:00Z", "current_password": "жеті рет өлшеп, бір рет кес",
        ], optional: ["account_id", "expires_at", "current_password"]),
      Form(
        route: "/v1/tokens/{token}/revocation", target: "/v1/tokens/\(subjects.token)/revocation",
        role: .admin, canBeEmpty: true),
      Form(
        route: "/v1/grants/{grant}/revocation", target: "/v1/grants/\(subjects.grant)/revocation",
        role: .admin, canBeEmpty: true),
      Form(
        route: "/v1/accounts/{account}/disablement",
        target: "/v1/accounts/\(subjects.person.id)/disablement", role: .admin, canBeEmpty: true),
      Form(
        route: "/v1/accounts/{account}/password-reset",
        target: "/v1/accounts/\(subjects.other.id)/password-reset", role: .admin,
        canBeEmpty: true),
      Form(
        route: "/v1/accounts/{account}/session-revocation",
        target: "/v1/accounts/\(subjects.other.id)/session-revocation", role: .admin,
        canBeEmpty: true),
      Form(
        route: "/v1/accounts/{account}/second-factor-removal",
        target: "/v1/accounts/\(subjects.other.id)/second-factor-removal", role: .admin,
        canBeEmpty: true),
      Form(
        route: "/v1/accounts/me/second-factor", target: "/v1/accounts/me/second-factor",
        role: .admin, body: ["current_password": "жеті рет өлшеп, бір рет кес"]),
      Form(
        route: "/v1/accounts/me/second-factor/confirmation",
        target: "/v1/accounts/me/second-factor/confirmation", role: .admin,
        body: ["code": "492039"]),
      Form(
        route: "/v1/accounts/me/second-factor/removal",
        target: "/v1/accounts/me/second-factor/removal", role: .admin,
        body: ["current_password": "жеті рет өлшеп, бір рет кес", "code": "492039"]),
      Form(
        route: "/v1/accounts/me/password", target: "/v1/accounts/me/password", role: .admin,
        body: [
          "current_password": "жеті рет өлшеп, бір рет кес",
          "new_password": "тау мен тасты жел бұзар",
        ]),
    ]
  }

  private static func desk(_ cast: Cast, _ subjects: Subjects) -> [Form] {
    [
      Form(
        route: "/v1/donors", target: "/v1/donors", role: .driveStaff,
        body: [
          "family_name": "Оспанов", "given_name": "Ерлан", "patronymic": "Маратұлы",
          "sex": "male", "birth_date": "1988-12-01", "iin": "960229500017",
          "phone": "+77011234567", "language": "kk", "region": "KZ-71", "latin_name": "Yerlan",
          "iin_mismatch_reason": "the document says so",
          "document": ["kind": "passport", "country": "DE", "number": "C01X00T47"],
        ],
        optional: [
          "given_name", "patronymic", "iin", "phone", "language", "region", "latin_name",
          "iin_mismatch_reason", "document",
        ]),
      Form(
        route: "/v1/donor-searches", target: "/v1/donor-searches", role: .driveStaff,
        body: ["q": "Оспанов", "cursor": .null, "limit": 10], optional: ["cursor", "limit"],
        onlyReads: true),
      deferral(subjects),
      Form(
        route: "/v1/drives", target: "/v1/drives", role: .driveStaff,
        body: [
          "name": "Мектеп", "site_id": .text(cast.world.centre.id.description),
          "date": "2026-11-18", "starts_at": .text(cast.instant(0)),
          "ends_at": .text(cast.instant(60)), "capacity": 40,
        ], optional: ["capacity"]),
      Form(
        route: "/v1/drives/{drive}/opening", target: "/v1/drives/\(subjects.planned)/opening",
        role: .driveStaff, canBeEmpty: true),
      Form(
        route: "/v1/drives/{drive}/closure", target: "/v1/drives/\(subjects.open)/closure",
        role: .driveStaff, canBeEmpty: true),
    ]
  }

  private static func chair(_ cast: Cast, _ subjects: Subjects) throws -> [Form] {
    let bag = try cast.bag(
      of: subjects.donor, changing: ["intent": "directed", "for_patient": "17-03"])
    return [
      Form(
        route: "/v1/drives/{drive}/visits", target: "/v1/drives/\(subjects.open)/visits",
        role: .driveStaff,
        body: [
          "donor_id": .text(subjects.donor.description), "arrived_at": .text(cast.instant(0)),
        ], optional: ["arrived_at"]),
      examination(subjects),
      Form(
        route: "/v1/visits/{visit}/decision", target: "/v1/visits/\(subjects.visit)/decision",
        role: .driveStaff, body: ["outcome": "deferred", "deferral_reason": "low_weight"]),
      Form(
        route: "/v1/drives/{drive}/donations", target: "/v1/drives/\(subjects.open)/donations",
        role: .driveStaff,
        body: try JSONValue(json: Array(bag.utf8)),
        optional: ["for_patient"]),
    ]
  }

  private static func requests(_ cast: Cast, _ subjects: Subjects) -> [Form] {
    let request = "/v1/requests/\(subjects.request)"
    let units: JSONValue = ["unit_ids": [.text(UUID().uuidString.lowercased())]]
    func step(_ name: String, _ role: Role, _ body: JSONValue, _ optional: Set<String>) -> Form {
      Form(
        route: "/v1/requests/{request}/\(name)", target: "\(request)/\(name)", role: role,
        body: body, optional: optional, canBeEmpty: true)
    }
    return [
      Form(
        route: "/v1/requests", target: "/v1/requests", role: .hospital,
        body: [
          "hospital_id": .text(cast.world.hospital.id.description), "urgency": "urgent",
          "needed_by": .text(cast.instant(600)),
          "lines": [
            [
              "component": "red_cells", "blood_group": "A+", "quantity": 2,
              "attributes": ["irradiated"], "substitution": "compatible",
            ]
          ],
          "patient": [
            "reference": "17-03", "sex": "female", "birth_date": "1960-01-01",
            "blood_group": "A+",
          ],
        ],
        optional: ["attributes", "substitution", "patient", "sex", "birth_date", "blood_group"]),
      step("allocations", .coordinator, [:], []), step("issues", .coordinator, units, ["unit_ids"]),
      step("receipts", .hospital, units, ["unit_ids"]),
      step(
        "returns", .hospital, ["unit_ids": units["unit_ids"] ?? [], "reason": "not used"],
        ["unit_ids", "reason"]),
      step("cancellation", .hospital, [:], []),
    ]
  }
}
