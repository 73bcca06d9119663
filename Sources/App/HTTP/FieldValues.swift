import Domain
import Foundation

// The values that forms are made of, each with the code of its mistake.
extension Fields {
  func id<Entity>(_ name: String) -> ID<Entity> {
    value(name, or: .zero, code: "not_an_id") { ID($0) }
  }

  func optionalID<Entity>(_ name: String) -> ID<Entity>? {
    optionalValue(name, code: "not_an_id") { ID($0) }
  }

  /// The id the sender gave the new record, or a new one.
  ///
  /// Lists start behind the id of nothing, so they would never show its record.
  func newID<Entity>(at now: Date) -> ID<Entity> {
    optionalValue("id", code: "not_an_id") { ID($0).flatMap { $0 == .zero ? nil : $0 } }
      ?? .new(at: now)
  }

  func day(_ name: String) -> Day {
    value(name, or: Day(.distantPast, in: .gmt), code: "not_a_date") { Day($0) }
  }

  func optionalDay(_ name: String) -> Day? {
    optionalValue(name, code: "not_a_date") { Day($0) }
  }

  func instant(_ name: String) -> Date {
    value(name, or: .distantPast, code: "not_an_instant") { Instant.parse($0) }
  }

  /// One of the raw values of an enum.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, or standIn: Choice, among allowed: [Choice]? = nil
  ) -> Choice {
    guard has(name) else {
      complain(name, "required")
      return standIn
    }
    return optionalChoice(name, among: allowed) ?? standIn
  }

  func optionalChoice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, among allowed: [Choice]? = nil
  ) -> Choice? {
    let choices = (allowed ?? Array(Choice.allCases)).map(\.rawValue)
    guard let value = raw(name) else { return nil }
    guard case .text(let text) = value, choices.contains(text) else {
      complain(name, "not_one_of", ["allowed": choices.joined(separator: ", ")])
      return nil
    }
    return Choice(rawValue: text)
  }

  /// A blood group in any notation people use; never guessed.
  func bloodGroup(_ name: String) -> BloodGroup {
    guard has(name) else {
      complain(name, "required")
      return .oNegative
    }
    return optionalBloodGroup(name) ?? .oNegative
  }

  func optionalBloodGroup(_ name: String) -> BloodGroup? {
    guard let value = raw(name) else { return nil }
    guard case .text(let text) = value else {
      complain(name, "wrong_type", ["expected": "text"])
      return nil
    }
    switch BloodGroup.read(text) {
    case .group(let group): return group
    case .incomplete: complain(name, "blood_group_incomplete")
    case .weakD: complain(name, "blood_group_weak_d")
    case .bombay: complain(name, "blood_group_bombay")
    case nil: complain(name, "blood_group_unreadable")
    }
    return nil
  }

  func donationNumber(_ name: String) -> DonationNumber? {
    guard has(name) else {
      complain(name, "required")
      return nil
    }
    guard case .text(let text)? = raw(name) else {
      complain(name, "wrong_type", ["expected": "text"])
      return nil
    }
    do {
      return try DonationNumber(text)
    } catch {
      complain(name, error.code)
      return nil
    }
  }

  /// A name: one text, or one text per language.
  func wording(_ name: String) -> Wording {
    guard case .object? = raw(name), let texts = object(name) else {
      return Wording(text(name))
    }
    var found: [String: String] = [:]
    for language in Language.allCases {
      found[language.rawValue] = texts.optionalText(language.rawValue)
    }
    texts.close()
    if found.isEmpty { complain(name, "empty") }
    return Wording(texts: found)
  }

  /// The code of a region of the country.
  func region(_ name: String) -> String {
    value(name, or: "", code: "region_unknown") { Regions.known.member($0) }
  }

  func optionalRegion(_ name: String) -> String? {
    optionalValue(name, code: "region_unknown") { Regions.known.member($0) }
  }

  func optionalIIN(_ name: String) -> IIN? {
    guard let text = optionalText(name) else { return nil }
    do {
      return try IIN(text)
    } catch {
      complain(name, error.code)
      return nil
    }
  }

  func optionalBIN(_ name: String) -> BIN? {
    guard let text = optionalText(name) else { return nil }
    do {
      return try BIN(text)
    } catch {
      complain(name, error.code)
      return nil
    }
  }
}

extension ID {
  /// A stand-in that names nothing.
  static var zero: ID { ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))) }
}
