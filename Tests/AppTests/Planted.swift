import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Store
import Testing

@testable import App
@testable import TestSupport

/// A secret that could not be put where others are looked for.
struct NotPlanted: Error {
  let answer: String
}

/// A donor with secrets, whose blood a hospital has: what a search for leaks looks for.
struct Planted: Sendable {
  static let iin = "960229600013"
  static let phone = "+77470009311"
  static let name = "Құпияева"
  static let reason = "planted_reason"
  static let refusal = "planted_refusal"
  static let reference = "PLANTED-17"
  /// A weight that nobody else has.
  static let weight = "63.0725"
  static let latin = "Plantedkyzy"
  static let doubt = "planted doubt"
  static let document = "C01X00T47"
  static let correction = "planted correction"
  static let email = "planted@example.kz"
  static let consent = "planted-2026"
  static let rest = "2031-07-09"

  let donor: String
  let drive: ID<Drive>
  let visit: String
  let din: DonationNumber
  let unit: String
  let request: ID<Request>

  static let form = """
    {"family_name": "\(name)", "given_name": "Ая", "sex": "female", "birth_date": "1987-03-29",
     "iin": "\(iin)", "iin_mismatch_reason": "\(doubt)", "phone": "\(phone)",
     "latin_name": "\(latin)",
     "document": {"kind": "passport", "country": "DE", "number": "\(document)"}}
    """

  init(_ cast: Cast) async throws {
    let world = cast.world
    let registered = try await cast.staff.post("/v1/donors", Self.form, key: "planted")
    donor = try #require(registered["id"]?.text, "\(registered.text)")
    for (path, body) in [
      ("corrections", #"{"revision": 0, "region": "KZ-71", "reason": "\#(Self.correction)"}"#),
      ("contacts", #"{"kind": "email", "value": "\#(Self.email)"}"#),
      (
        "consents",
        """
        {"purpose": "research", "channel": "email", "text_version": "\(Self.consent)",
         "manner": "paper"}
        """
      ), ("unavailability", #"{"until": "\#(Self.rest)"}"#),
    ] {
      let answer = try await cast.staff.post("/v1/donors/\(donor)/\(path)", body)
      guard answer.status == .created else { throw NotPlanted(answer: answer.text) }
    }
    drive = try await world.drive()
    let visit = try await cast.staff.post(
      "/v1/drives/\(drive)/visits", #"{"donor_id": "\#(donor)"}"#)
    let id = try #require(visit["id"]?.text)
    self.visit = id
    _ = try await cast.staff.post(
      "/v1/visits/\(id)/examination",
      """
      {"kind": "whole_blood", "answers": [], "measured": {"weight_kg": \(Self.weight),
       "haemoglobin_g_per_l": 135, "systolic_mmhg": 120, "diastolic_mmhg": 75,
       "pulse_per_min": 70, "temperature_c": 36.6}}
      """)
    _ = try await cast.staff.post(
      "/v1/visits/\(id)/decision",
      #"{"outcome": "deferred", "deferral_reason": "\#(Self.refusal)"}"#)
    // Of another system, in its own words: no code of the list.
    let deferral = Deferral(
      id: .new(at: world.now), donorId: try #require(ID<Donor>(donor)), reason: Self.reason,
      from: try #require(Day("2020-01-01")), until: Day("2020-02-01"),
      source: "manual", recordedAt: world.now)
    _ = try await world.registry.deferDonor(world.command(world.staff, deferral))
    din = try World.freshDIN()
    let bag = try cast.bag(of: #require(ID<Donor>(donor)), din: din)
    _ = try await cast.staff.post("/v1/drives/\(drive)/donations", bag)
    try await world.determine(din, .oNegative)
    try await world.test(din)
    let made = try await world.make(din)
    unit = try #require(made.first).id.description
    _ = try await cast.laboratory.post("/v1/donations/\(din)/release")
    request = try await world.request(
      patient: Patient(reference: Self.reference, sex: nil, birthDate: nil, bloodGroup: nil))
    try await world.allocate(request)
    _ = try await cast.coordinator.post("/v1/requests/\(request)/issues")
  }

  /// The addresses of an operation about what is planted, in every form it has.
  func targets(_ endpoint: Endpoint) -> [String] {
    let known = [
      "donor": donor, "drive": drive.description, "visit": visit, "din": din.text, "unit": unit,
      "request": request.description,
    ]
    let path = known.reduce(endpoint.path) { $0.replacing("{\($1.key)}", with: $1.value) }
      .replacing(/\{[^}]*\}/, with: UUID().uuidString.lowercased())
    switch endpoint.path {
    case "/v1/donors": return [path, "\(path)?q=\(Self.iin)", "\(path)?q=87470009311&limit=1"]
    case "/v1/donors/{donor}/eligibility": return [path, "\(path)?on=2020-01-15"]
    case "/v1/drives/{drive}/report": return [path, "\(path)?for=host"]
    default: return [path]
    }
  }
}
