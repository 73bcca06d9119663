package import FoundationEssentials
import JSONText

extension Day {
  /// The civil date at `instant` in a zone.
  package init(_ instant: Date, in zone: TimeZone) {
    self = Day.local(instant, in: zone)
  }

  /// The first instant of the day in a zone.
  ///
  /// Where clocks jump over midnight it is the jump; where midnight comes
  /// twice it is the first one that begins this day.
  package func startOfDay(in zone: TimeZone) -> Date { Day.midnight(number, in: zone) }

  /// The instant at which the day is over in a zone: no longer part of it.
  package func endOfDay(in zone: TimeZone) -> Date { Day.midnight(number + 1, in: zone) }

  private static func midnight(_ number: Int, in zone: TimeZone) -> Date {
    let asIfUTC = Date(timeIntervalSince1970: Double(number) * 86_400)
    // A day away on each side lie the offsets before and after any change.
    let candidates = [-86_400.0, 86_400.0].map { away in
      asIfUTC - Double(zone.secondsFromGMT(for: asIfUTC + away))
    }
    let dawn = candidates.sorted().first { localNumber($0, in: zone) >= number }
    return dawn ?? candidates[1]
  }

  private static func local(_ instant: Date, in zone: TimeZone) -> Day {
    let number = localNumber(instant, in: zone)
    return Day(number: number) ?? (number < 0 ? .first : .last)
  }

  private static func localNumber(_ instant: Date, in zone: TimeZone) -> Int {
    // Beyond the calendar's ends the answer is an end anyway.
    let seconds = instant.seconds(within: -1e12...1e12)
    let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds))
    return Int(((seconds + Double(offset)) / 86_400).rounded(.down))
  }
}

/// Reads and writes moments as text.
package enum Instant {
  /// The first and the last moment that can be written.
  package static let bounds: ClosedRange<Date> = {
    let first = Date(timeIntervalSince1970: Double(Day.first.number) * 86_400)
    return first...Date(timeIntervalSince1970: Double(Day.last.number + 1) * 86_400 - 1)
  }()

  /// Reads an RFC 3339 moment such as `2026-01-15T10:00:00+05:00`.
  ///
  /// The offset is required; a date or an hour that does not exist is nothing.
  package static func parse(_ text: String) -> Date? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let day = Day(String(text.prefix(10))),
      let hour = decimal(bytes[11..<13]), hour < 24,
      let minute = decimal(bytes[14..<16]), minute < 60,
      let second = decimal(bytes[17..<19]), second < 60
    else { return nil }
    let mark = bytes[19] == UInt8(ascii: ".")
    let digits: ArraySlice<UInt8> = mark ? bytes[20...].prefix(while: isDigit) : []
    let tail = bytes[(digits.isEmpty ? 19 : 20 + digits.count)...]
    guard let offset = offset(tail) else { return nil }
    let whole = day.number * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Date(timeIntervalSince1970: Double(whole) + fraction(digits))
  }

  /// Writes a moment in UTC, with milliseconds only where it has them.
  package static func format(_ instant: Date) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    write(instant, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends a moment as ``format(_:)`` writes it.
  static func write(_ instant: Date, to bytes: inout [UInt8]) {
    let (earliest, latest) = (bounds.lowerBound, bounds.upperBound)
    let seconds = instant.seconds(
      within: earliest.timeIntervalSince1970...latest.timeIntervalSince1970)
    let milliseconds = Int((seconds * 1000).rounded())
    let (day, ofDay) = milliseconds.dividedFloor(by: 86_400_000)
    let (second, rest) = (ofDay / 1000, ofDay % 1000)
    let date = Day(number: day) ?? .last
    date.write(to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    bytes.append(digits: second / 3600, 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: second / 60 % 60, 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: second % 60, 2)
    if rest > 0 {
      bytes.append(UInt8(ascii: "."))
      bytes.append(digits: rest, 3)
    }
    bytes.append(UInt8(ascii: "Z"))
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func fraction(_ digits: ArraySlice<UInt8>) -> Double {
    digits.reversed().reduce(0.0) { ($0 + Double($1 - UInt8(ascii: "0"))) / 10 }
  }

  /// Seconds east of Greenwich that `Z`, `+05:00` and the like say.
  private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
    let text = Array(bytes)
    if text == [UInt8(ascii: "Z")] || text == [UInt8(ascii: "z")] { return 0 }
    guard text.count == 6, text[3] == UInt8(ascii: ":"),
      text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
      let hours = decimal(text[1..<3]), hours < 24,
      let minutes = decimal(text[4..<6]), minutes < 60
    else { return nil }
    return (text[0] == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

extension Date {
  /// Seconds since 1970 within bounds; what is no number counts as 0.
  fileprivate func seconds(within bounds: ClosedRange<Double>) -> Double {
    let seconds = timeIntervalSince1970
    return seconds.isNaN ? 0 : min(max(seconds, bounds.lowerBound), bounds.upperBound)
  }
}

extension Int {
  fileprivate func dividedFloor(by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
