import Domain
import Foundation
import HTTPTypes
import Store

/// Donors: registering, finding, eligibility, deferrals.
enum Donors {
  static let endpoints: [Endpoint] = [
    .post("/v1/donors", .roles([.driveStaff, .recruiter]), register),
    .get("/v1/donors", finders, find).charged(as: .search),
    .post("/v1/donor-searches", finders, findUnseen).charged(as: .search),
    .get("/v1/donors/{donor}", readers, show),
    .get("/v1/donors/{donor}/eligibility", readers, eligibility),
    .post(
      "/v1/donors/{donor}/deferrals", .roles([.driveStaff, .laboratory]), deferDonor),
    .get("/v1/donors/{donor}/deferrals", .roles([.driveStaff, .laboratory]), deferrals),
    .post("/v1/donors/{donor}/anonymisation", .roles([.admin]), anonymise),
    .get("/v1/donors/{donor}/duplicates", readers, duplicates),
  ]

  /// Who looks for donors.
  static let finders = Endpoint.Access.roles([.driveStaff, .recruiter])
  private static let readers = Endpoint.Access.roles([.driveStaff, .laboratory, .recruiter])

  /// `POST /v1/donors`.
  @Sendable static func register(_ call: Call) async throws -> Reply {
    let command = try call.command { try draft($0, at: call.now) }
    return call.created(try await call.registry.register(command), at: "/v1/donors/{id}")
  }

  private static func draft(_ fields: Fields, at now: Date) throws -> DonorDraft {
    let birthDate = fields.day("birth_date")
    fields.checkBirthDate(birthDate, at: now)
    let (family, given, patronymic) = fields.names()
    var draft = DonorDraft(
      id: fields.newID(at: now), familyName: family, givenName: given, patronymic: patronymic,
      sex: fields.choice("sex", or: .female), birthDate: birthDate,
      iin: fields.optionalIIN("iin"), phone: fields.optionalPhone(),
      language: fields.optionalChoice("language", among: Language.allCases)?.rawValue ?? "kk",
      region: fields.optionalRegion("region"))
    draft.latinName = fields.optionalLatinName()
    draft.iinMismatchReason = fields.optionalText("iin_mismatch_reason")
    draft.document = fields.optionalDocument()
    return draft
  }

  /// `GET /v1/donors?q=`.
  @Sendable static func find(_ call: Call) async throws -> Reply {
    let (words, page): (String?, Page<Donor>) = try call.parameters {
      let words = $0.text("q")
      return (words, $0.page(of: donorsOnAPage(DonorSearch(typed: words ?? ""))))
    }
    return try await found(words, page, "?q", call)
  }

  /// `POST /v1/donor-searches`: what is looked for stays out of every address.
  @Sendable static func findUnseen(_ call: Call) async throws -> Reply {
    let (words, page): (String, Page<Donor>) = try call.form { fields in
      let words = fields.text("q")
      let limit =
        fields.optionalInteger("limit", in: 1...200) ?? donorsOnAPage(DonorSearch(typed: words))
      return (
        words,
        Page(
          after: fields.optionalValue("cursor", code: "cursor_unreadable") { Cursor.decode($0) },
          limit: limit + 1)
      )
    }
    var reply = try await found(words, page, "/q", call)
    // A link has no body to repeat the words in.
    reply.headers[.link] = nil
    return reply
  }

  /// As many as a desk looks at: everybody who is shown was looked at, which is written down.
  ///
  /// Of those who share a number all, because there is no next page.
  static func donorsOnAPage(_ search: DonorSearch) -> Int { search.isSecret ? 200 : 20 }

  private static func found(
    _ words: String?, _ page: Page<Donor>, _ pointer: String, _ call: Call
  ) async throws -> Reply {
    if let problem = words.flatMap({ DonorSearch.problem(in: $0, at: pointer) }) {
      throw InvalidInput([problem])
    }
    let search = DonorSearch(typed: words ?? "")
    let donors = try await call.registry.donors(search, page: page, by: call.actor(), at: call.now)
    // The link to a next page repeats what was looked for. Of one number or one
    // telephone there is none: no address that this service writes may hold them.
    let limit = search.isSecret ? donors.count : page.limit - 1
    return try call.list(donors, limit: limit) { $0.id }
  }

  /// `GET /v1/donors/{donor}`.
  @Sendable static func show(_ call: Call) async throws -> Reply {
    try call.record(try await donor(call))
  }

  /// `GET /v1/donors/{donor}/eligibility?kind=&on=`.
  @Sendable static func eligibility(_ call: Call) async throws -> Reply {
    let (kind, day): (DonationKind?, Day?) = try call.parameters {
      ($0.choice("kind"), $0.day("on"))
    }
    let zone = TimeZone(identifier: Regions.timeZone(of: try call.authority().region ?? ""))
    _ = try await donor(call)
    let decision = try await call.registry.eligibility(
      of: call.id("donor", "donor"), for: kind ?? .wholeBlood,
      on: day ?? Day(call.now, in: zone ?? .gmt), as: call.authority()
    ).explained(in: call.service.books[call.language])
    return try Reply.json(decision)
  }

  /// `POST /v1/donors/{donor}/deferrals`.
  @Sendable static func deferDonor(_ call: Call) async throws -> Reply {
    let donor: ID<Donor> = try call.id("donor", "donor")
    let policy = call.registry.policy
    let command = try call.command { Deferral($0, of: donor, at: call.now, under: policy) }
    return call.created(
      try await call.registry.deferDonor(command), at: "/v1/donors/\(donor)/deferrals")
  }

  /// `GET /v1/donors/{donor}/deferrals`.
  @Sendable static func deferrals(_ call: Call) async throws -> Reply {
    try call.requireNoQuery()
    let donor = try await donor(call)
    let deferrals = try await call.registry.deferrals(of: donor.id, as: call.authority())
    return try call.list(deferrals, limit: .max) { $0.id }
  }

  /// `POST /v1/donors/{donor}/anonymisation`.
  @Sendable static func anonymise(_ call: Call) async throws -> Reply {
    let donor: ID<Donor> = try call.id("donor", "donor")
    let command = try call.command { fields in
      Anonymisation(
        donor: donor, reason: fields.choice("reason", or: AnonymisationReason.donorRequest))
    }
    return call.created(try await call.registry.anonymise(command), at: "/v1/donors/{id}")
  }

  /// The donor the call is about; that somebody looked is written down first.
  private static func donor(_ call: Call) async throws -> Donor {
    try await call.registry.donor(call.id("donor", "donor"), by: call.actor(), at: call.now)
  }
}

extension DonorSearch {
  /// What was typed, in every way it can be read.
  init(typed words: String) {
    self.init(
      number: Int(words), phone: PhoneNumber(words),
      // Not an identity number: then it is looked up as something else.
      iin: try? IIN(words), name: NameWords(words))
  }

  /// Whether it is a number of a donor's, not a name.
  var isNumber: Bool { number != nil || isSecret }

  /// What keeps words from being looked for: those that name nobody must not list everybody.
  static func problem(in words: String, at pointer: String) -> FieldProblem? {
    words.contains { $0.isLetter || $0.isNumber }
      ? nil : FieldProblem(pointer, "query_without_letters")
  }
}
