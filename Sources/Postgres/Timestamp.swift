import FoundationEssentials
import JSONText

/// An instant taken apart into its UTC calendar fields, as PostgreSQL and RFC 3339 write it.
struct Timestamp: Equatable {
  var year: Int
  var month: Int
  var day: Int
  var secondOfDay: Int
  var microsecond: Int

  private static let secondsPerDay = 86_400
  private static let microsecondsPerSecond = 1_000_000

  /// Takes an instant apart; nil outside the years 1 to 9999.
  init?(_ date: Date) {
    let seconds = date.timeIntervalSince1970
    guard seconds.isFinite, abs(seconds) < 300_000_000_000 else { return nil }
    let whole = seconds.rounded(.down)
    // The fraction is rounded by itself: the whole instant has too few bits for microseconds.
    var second = Int(whole)
    var micro = Int(((seconds - whole) * 1e6).rounded())
    if micro == Self.microsecondsPerSecond { (second, micro) = (second + 1, 0) }
    var days = second / Self.secondsPerDay
    if second % Self.secondsPerDay < 0 { days -= 1 }
    secondOfDay = second - days * Self.secondsPerDay
    microsecond = micro
    (year, month, day) = Self.civil(days: days)
    guard (1...9999).contains(year) else { return nil }
  }

  /// The instant.
  var date: Date {
    let seconds = Self.days(year: year, month: month, day: day) * Self.secondsPerDay + secondOfDay
    return Date(timeIntervalSince1970: Double(seconds) + Double(microsecond) / 1e6)
  }

  // Howard Hinnant's civil calendar algorithms (chrono-Compatible Low-Level Date Algorithms):
  // years begin in March, so that the leap day comes last.

  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

extension Timestamp {
  /// Reads `2026-11-21 03:48:00.12+00` or `2026-11-21T03:48:00Z`; nil for anything else,
  /// `infinity` and years before Christ among it.
  init?(text: Span<UInt8>) {
    var reader = DigitReader(text: text)
    guard let year = reader.number(digits: 4), reader.take("-"),
      let month = reader.number(digits: 2), (1...12).contains(month), reader.take("-"),
      let day = reader.number(digits: 2), (1...31).contains(day),
      reader.take(" ") || reader.take("T"),
      let hour = reader.number(digits: 2), hour < 24, reader.take(":"),
      let minute = reader.number(digits: 2), minute < 60, reader.take(":"),
      let second = reader.number(digits: 2), second < 61
    else { return nil }
    guard let microsecond = reader.take(".") ? reader.fraction() : 0,
      let offset = reader.zone(), reader.isAtEnd
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.secondOfDay = (hour * 60 + minute) * 60 + second - offset
    self.microsecond = microsecond
  }
}

extension Timestamp: CustomStringConvertible {
  var description: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the instant by RFC 3339 in UTC: `2026-11-21T03:48:00.123456Z`, the fraction only
  /// where there is one.
  func write(to bytes: inout [UInt8]) {
    bytes.append(digits: year, 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: month, 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: day, 2)
    bytes.append(UInt8(ascii: "T"))
    bytes.append(digits: secondOfDay / 3600, 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: secondOfDay / 60 % 60, 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: secondOfDay % 60, 2)
    if microsecond > 0 {
      bytes.append(UInt8(ascii: "."))
      bytes.append(digits: microsecond, 6)
    }
    bytes.append(UInt8(ascii: "Z"))
  }
}
