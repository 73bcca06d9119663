import Domain
import Foundation
import Store

/// The places of the demonstration.
struct Scenery: Sendable {
  let kostanay: Site
  let astana: Site
  let factory: Site
  let hospitals: [HospitalDraft]

  init(at now: Date) {
    kostanay = Site(
      id: Lot.id("site", 1),
      name: Wording(texts: [
        "kk": "Қостанай облыстық қан орталығы", "ru": "Костанайский областной центр крови",
        "en": "Kostanay Regional Blood Centre",
      ]), kind: .centre, region: "KZ-39", timeZone: "Asia/Qostanay", createdAt: now)
    astana = Site(
      id: Lot.id("site", 2),
      name: Wording(texts: [
        "kk": "Астана қаласының қан орталығы", "ru": "Центр крови города Астаны",
        "en": "Astana Blood Centre",
      ]), kind: .centre, region: "KZ-71", timeZone: "Asia/Almaty", createdAt: now)
    factory = Site(
      id: Lot.id("site", 3),
      name: Wording(texts: [
        "kk": "Травматология орталығының холлы", "ru": "Холл центра травматологии",
        "en": "Lobby of the trauma centre",
      ]), kind: .venue, region: "KZ-71", timeZone: "Asia/Almaty", createdAt: now)
    hospitals = [
      HospitalDraft(
        name: Wording(texts: [
          "kk": "Травматология және ортопедия орталығы", "ru": "Центр травматологии и ортопедии",
          "en": "Trauma and Orthopaedics Centre",
        ]), region: "KZ-71", timeZone: "Asia/Almaty", bin: nil, siteId: Lot.id("site", 11)),
      HospitalDraft(
        name: Wording(texts: [
          "kk": "Гематология орталығы, Өскемен", "ru": "Центр гематологии, Усть-Каменогорск",
          "en": "Haematology Centre, Oskemen",
        ]), region: "KZ-63", timeZone: "Asia/Almaty", bin: nil, siteId: Lot.id("site", 12)),
      HospitalDraft(
        name: Wording(texts: [
          "kk": "Жезқазған медициналық орталығы", "ru": "Медицинский центр Жезказгана",
          "en": "Zhezkazgan Medical Centre",
        ]), region: "KZ-62", timeZone: "Asia/Almaty", bin: nil, siteId: Lot.id("site", 13)),
    ]
  }

  /// The hospitals' own sites.
  func hospitalSites(at now: Date) -> [Site] {
    hospitals.compactMap { hospital in
      hospital.siteId.map {
        Site(
          id: $0, name: hospital.name, kind: .hospital, region: hospital.region,
          timeZone: hospital.timeZone, createdAt: now)
      }
    }
  }
}

/// A request of the demonstration and how far it was served.
struct StoryRequest: Sendable {
  let hospital: Int
  let urgency: Urgency
  /// Days before the load at which it was made.
  let daysAgo: Double
  let neededInDays: Double
  let group: BloodGroup
  let quantity: Int
  let patient: Patient?
  let outcome: Outcome
  var substitution = Substitution.compatible

  enum Outcome: Sendable { case open, allocated, received }

  /// What the three hospitals asked for.
  ///
  /// The week's O-negative and B-negative do not suffice for it: that is the
  /// shortage the page shows.
  static func all(at today: Day) -> [StoryRequest] {
    let icu = Patient(
      reference: "ICU-7", sex: .male, birthDate: today.adding(years: -44),
      bloodGroup: BloodGroup(code: "O-"))
    let first = Patient(
      reference: "CABG-1", sex: .female, birthDate: today.adding(years: -60),
      bloodGroup: BloodGroup(code: "A+"))
    let second = Patient(
      reference: "CABG-2", sex: .male, birthDate: today.adding(years: -52),
      bloodGroup: BloodGroup(code: "B-"))
    return steady
      + [
        StoryRequest(
          hospital: 0, urgency: .urgent, daysAgo: 1, neededInDays: 1, group: .oNegative,
          quantity: 2, patient: icu, outcome: .received),
        StoryRequest(
          hospital: 2, urgency: .scheduled, daysAgo: 2, neededInDays: 6,
          group: group("A+"), quantity: 4, patient: first, outcome: .allocated),
        StoryRequest(
          hospital: 2, urgency: .scheduled, daysAgo: 2, neededInDays: 7,
          group: group("B-"), quantity: 4, patient: second, outcome: .allocated,
          // O-negative is not spent on an operation with a date.
          substitution: .exact),
        StoryRequest(
          hospital: 0, urgency: .emergency, daysAgo: 0.1, neededInDays: 0.3,
          group: .oNegative, quantity: 14, patient: nil, outcome: .allocated),
        StoryRequest(
          hospital: 1, urgency: .urgent, daysAgo: 0.4, neededInDays: 2, group: group("AB-"),
          quantity: 3, patient: nil, outcome: .open),
      ]
  }

  /// The weekly need of the haematology centre, served from the stock.
  private static var steady: [StoryRequest] {
    let needs = [
      ("O+", 9), ("A+", 8), ("B+", 6), ("AB+", 2), ("A-", 2), ("O-", 2), ("B+", 3), ("O+", 6),
    ]
    return needs.enumerated().map { index, need in
      StoryRequest(
        hospital: 1, urgency: .routine, daysAgo: 3.5 - Double(index) * 0.3, neededInDays: 2,
        group: group(need.0), quantity: need.1, patient: nil, outcome: .received)
    }
  }

  private static func group(_ code: String) -> BloodGroup {
    BloodGroup(code: code) ?? .oNegative
  }
}
