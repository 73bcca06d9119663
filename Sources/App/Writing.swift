import Domain
import Foundation

/// How numbers, days and moments are written for the readers of a language.
struct Writing: Sendable {
  let language: Language

  /// The civil time of every moment on a page, so that two pages can be compared.
  static let zone = TimeZone(identifier: "Asia/Almaty") ?? .gmt

  private var locale: Locale { language.locale }

  /// A number of things.
  func count(_ number: Int) -> String { number.formatted(.number.locale(locale)) }

  /// Days of supply to one digit and never rounded up: 2.96 days are not three.
  func days(_ days: Double) -> String {
    // Of 2.3, arithmetic may leave a hair less; that is no missing day.
    (days + 1e-9).formatted(
      .number.precision(.fractionLength(1)).rounded(rule: .down).locale(locale))
  }

  /// A bound of days, with a fraction only where it has one.
  func bound(_ days: Double) -> String {
    days.formatted(.number.precision(.fractionLength(0...2)).locale(locale))
  }

  /// A civil day in full: `21 September 2026`.
  func day(_ day: Day) -> String {
    day.startOfDay(in: .gmt).formatted(
      Date.FormatStyle(date: .long, time: .omitted, locale: locale, timeZone: .gmt))
  }

  /// A civil day of the coming weeks: `21.09`.
  func shortDay(_ day: Day) -> String {
    day.startOfDay(in: .gmt).formatted(
      Date.FormatStyle(locale: locale, timeZone: .gmt).day(.twoDigits).month(.twoDigits))
  }

  /// A moment in full: `21 September 2026 at 19:13`.
  func moment(_ moment: Date) -> String {
    moment.formatted(
      Date.FormatStyle(date: .long, time: .shortened, locale: locale, timeZone: Self.zone))
  }

  /// A moment in figures: `21/09/2026, 19:13`.
  func shortMoment(_ moment: Date) -> String {
    moment.formatted(
      Date.FormatStyle(date: .numeric, time: .shortened, locale: locale, timeZone: Self.zone))
  }

  /// How long ago a moment was: `3 days ago`.
  func ago(_ past: Date, at now: Date) -> String {
    Date.AnchoredRelativeFormatStyle(
      anchor: min(past, now), presentation: .numeric, unitsStyle: .wide, locale: locale
    ).format(now)
  }

  /// Hours, days or weeks in words; nil for months and years, which are no fixed time.
  func term(_ term: Term) -> String? {
    switch term.unit {
    case .hours: spoken(.seconds(term.count * 3600), in: .hours)
    case .days: spoken(.seconds(term.count * 86_400), in: .days)
    case .weeks: spoken(.seconds(term.count * 604_800), in: .weeks)
    case .months, .years: nil
    }
  }

  private func spoken(_ time: Duration, in unit: Duration.UnitsFormatStyle.Unit) -> String {
    time.formatted(.units(allowed: [unit], width: .wide).locale(locale))
  }

  /// Things named one after the other: `2 urgent, 1 routine`.
  func list(_ parts: [String]) -> String {
    parts.formatted(.list(type: .and, width: .narrow).locale(locale))
  }

  /// Names in the order of the language's alphabet.
  func precedes(_ left: String, _ right: String) -> Bool {
    left.compare(right, locale: locale) == .orderedAscending
  }
}
