/// A civil date, with no hour and no zone: a birthday, an expiry day, the day of a drive.
///
/// Days run from 0001-01-01 to 9999-12-31 in the Gregorian calendar, also
/// before it was introduced. Arithmetic never leaves that range: it stops at
/// its ends.
package struct Day: Hashable, Sendable {
  /// Days since 1970-01-01, negative before.
  package let number: Int

  /// The first day there is, 0001-01-01.
  package static let first = Day(clamping: -719_162)
  /// The last day there is, 9999-12-31.
  package static let last = Day(clamping: 2_932_896)

  /// Takes a day by its number, or nothing outside the calendar.
  package init?(number: Int) {
    guard Day.numbers.contains(number) else { return nil }
    self.number = number
  }

  /// Takes a date as written on paper, or nothing if there was no such day.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Day.length(ofMonth: month, in: year)
    else { return nil }
    number = Day.number(year, month, day)
  }

  private init(clamping number: Int) {
    self.number = min(max(number, Day.numbers.lowerBound), Day.numbers.upperBound)
  }

  private static let numbers = -719_162...2_932_896
}

extension Day {
  /// The year, 1 to 9999.
  package var year: Int { parts.year }
  /// The month, 1 to 12.
  package var month: Int { parts.month }
  /// The day of the month, 1 to 31.
  package var day: Int { parts.day }

  /// The day `count` days later, or earlier when negative.
  package func adding(days count: Int) -> Day {
    let (sum, overflow) = number.addingReportingOverflow(count)
    return overflow ? (count < 0 ? .first : .last) : Day(clamping: sum)
  }

  /// The same day of the month `count` months later, or the last one that month has.
  ///
  /// 31 October and four months give 28 February.
  package func adding(months count: Int) -> Day {
    let (year, month, day) = parts
    // 200,000 months reach past both ends of the calendar.
    let months = year * 12 + (month - 1) + min(max(count, -200_000), 200_000)
    guard months >= 12 else { return .first }
    let (toYear, toMonth) = (months / 12, months % 12 + 1)
    guard toYear <= 9999 else { return .last }
    let toDay = min(day, Day.length(ofMonth: toMonth, in: toYear))
    return Day(clamping: Day.number(toYear, toMonth, toDay))
  }

  /// The same date `count` years later; 29 February becomes 28 February in a common year.
  package func adding(years count: Int) -> Day {
    adding(months: min(max(count, -20_000), 20_000) * 12)
  }

  /// How many days after this one `other` is; negative when it is earlier.
  package func days(until other: Day) -> Int { other.number - number }

  /// The age on `day` of somebody born on this one, negative before birth.
  ///
  /// Whoever was born on 29 February is a year older on 1 March of a common year.
  package func age(on day: Day) -> Int {
    let (born, now) = (parts, day.parts)
    let hadBirthday = (now.month, now.day) >= (born.month, born.day)
    return now.year - born.year - (hadBirthday ? 0 : 1)
  }

  /// The day on which somebody born on this one reaches `age` years.
  package func birthday(age: Int) -> Day {
    let clamped = adding(years: age)
    return clamped.day == day ? clamped : clamped.adding(days: 1)
  }
}

extension Day: Comparable {
  /// Earlier comes first.
  package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

extension Day {
  // Days from the civil calendar and back, counted in eras of 400 years that
  // begin on 1 March: the leap day is then the last day of its year.
  private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let fromMarch = month > 2 ? year : year - 1
    let era = (fromMarch >= 0 ? fromMarch : fromMarch - 399) / 400
    let yearOfEra = fromMarch - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Year, month and day at once.
  package var parts: (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    return (year, month < 10 ? month + 3 : month - 9, day)
  }

  private static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
