import Domain
import Foundation
import Store

// What each kind of row says; nil, with findings, for one that cannot be taken.
extension Cells {
  mutating func donor(at now: Date, today: Day) -> ImportedDonor? {
    let number = integer("donor_number", in: Cells.donorNumbers)
    let externalId = text("external_id")
    if let externalId, (try? IIN(externalId)) != nil {
      complain("external_id", "external_id_is_iin")
    }
    let family = requiredText("family_name")
    let given = text("given_name")
    let patronymic = text("patronymic")
    let sex = required("sex", value("sex", "sex_unreadable") { Sex(written: $0) })
    let birthDate = required("birth_date", day("birth_date"))
    if let birthDate, birthDate > today || birthDate.age(on: today) > 130 {
      complain("birth_date", "birth_date_impossible")
    }
    let iin = iin("iin")
    let phone = value("phone", "phone_unreadable") { PhoneNumber($0) }
    let language = choice("language", as: Language.self)
    let region = value("region", "region_unknown") { Regions.known.contains($0) ? $0 : nil }
    let latin = text("latin_name")
    if let latin, !latin.isLatinName { complain("latin_name", "latin_name_not_latin") }
    let reason = text("iin_mismatch_reason")
    guard findings.isEmpty, let sex, let birthDate else { return nil }
    var draft = DonorDraft(
      id: .new(at: now), familyName: family, givenName: given, patronymic: patronymic, sex: sex,
      birthDate: birthDate, iin: iin, phone: phone, language: (language ?? .kk).rawValue,
      region: region)
    draft.latinName = latin
    if reason != nil, !draft.iinWarnings.isEmpty { draft.iinMismatchReason = reason }
    return ImportedDonor(row: row, draft: draft, donorNumber: number, externalId: externalId)
  }

  mutating func deferral(at now: Date) -> ImportedDeferral? {
    let donor = namedDonor()
    let reason = requiredText("reason")
    let from = required("from", day("from"))
    let until = day("until")
    if let from, let until, until <= from { complain("until", "ends_before_start") }
    let source = choice("source", as: DeferralSource.self) ?? .manual
    let endedOn = day("ended_on")
    let endReason = text("end_reason")
    if endedOn != nil, endReason == nil { complain("end_reason", "empty") }
    if endedOn == nil, endReason != nil { complain("ended_on", "empty") }
    if let from, let endedOn, endedOn < from { complain("ended_on", "ends_before_start") }
    let kind = kind(of: reason, until: until, endedOn: endedOn)
    let centre = text("centre")
    if (source == .otherCentre) != (centre != nil) {
      complain("centre", "centre_goes_with_other_centre")
    }
    let note = text("note")
    guard findings.isEmpty, let from else { return nil }
    return ImportedDeferral(
      row: row, donor: donor,
      deferral: Deferral(
        id: .new(at: now), donorId: .zero, reason: reason, from: from, until: until,
        source: source.rawValue, recordedAt: now, kind: kind, centre: centre, note: note,
        endedOn: endedOn, endReason: endReason))
  }

  /// The kind that a row names, or the one that its days and its reason say.
  ///
  /// A reason that is none of the list is the other system's own word: kept as it came.
  private mutating func kind(of reason: String, until: Day?, endedOn: Day?) -> DeferralKind {
    let listed = DeferralReasons.reason(reason)?.kind == .permanent && endedOn == nil
    let likely: DeferralKind = until != nil ? .temporary : listed ? .permanent : .untilLifted
    guard let named = choice("kind", as: DeferralKind.self) else { return likely }
    if (named == .temporary) != (until != nil) || (named == .permanent && endedOn != nil) {
      complain("kind", "deferral_kind_contradicted")
    }
    return named
  }

  mutating func donation(at now: Date, today: Day) -> ImportedDonation? {
    let donor = namedDonor()
    let din = donationNumber("din")
    let (drive, site): (ID<Drive>?, ID<Site>?) = (id("drive_id"), id("site_id"))
    if drive == nil, site == nil { complain("site_id", "empty") }
    let kind = required("kind", choice("kind", as: DonationKind.self))
    let intent = choice("intent", as: DonationIntent.self) ?? .voluntary
    let volume = required("volume_ml", integer("volume_ml", in: 0...10_000))
    let collectedOn = required("collected_on", day("collected_on"))
    if let collectedOn, collectedOn > today { complain("collected_on", "in_the_future") }
    let (startedAt, endedAt) = (instant("started_at"), instant("ended_at"))
    if endedAt != nil, startedAt == nil { complain("started_at", "empty") }
    let outcome = choice("outcome", as: DonationOutcome.self) ?? .completed
    if outcome == .completed, volume == 0 { complain("volume_ml", "completed_without_volume") }
    let state = choice("state", as: DonationState.self) ?? .collected
    guard findings.isEmpty, let din, let kind, let volume, let collectedOn else { return nil }
    return ImportedDonation(
      row: row, donor: donor, id: .new(at: now), din: din, drive: drive, site: site, kind: kind,
      intent: intent, volumeMl: volume, collectedOn: collectedOn, startedAt: startedAt,
      endedAt: endedAt, outcome: outcome, state: state)
  }

  private mutating func donationNumber(_ column: String) -> DonationNumber? {
    guard let text = required(column, text(column)) else { return nil }
    do {
      return try DonationNumber(text)
    } catch {
      complain(column, error.code)
      return nil
    }
  }
}

/// From where a deferral comes, as a file says it.
private enum DeferralSource: String, CaseIterable {
  case manual
  case automatic
  case otherCentre = "other_centre"
}
