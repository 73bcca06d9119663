import Domain
import Foundation
import Testing

/// A date that the test's author knows to exist.
func day(_ text: String) throws -> Day { try #require(Day(text), "\(text) is no day") }

@Suite struct DayTests {
  @Test(arguments: [
    "2026-01-15", "0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29", "1969-12-31",
  ])
  func `a day is written as it is read`(text: String) throws {
    #expect(try day(text).description == text)
  }

  @Test(arguments: [
    "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00",
    "0000-01-01", "10000-01-01", "2026-1-5", "2026/01/05", " 2026-01-05", "2026-01-05 ",
    "-026-01-05", "+026-01-05", "٢٠٢٦-٠١-٠٥", "", "2026-01-05T00:00:00Z",
  ])
  func `what was never a day is none`(text: String) {
    #expect(Day(text) == nil)
  }

  @Test(arguments: [
    ("2026-10-31", 4, "2027-02-28"), ("2027-10-31", 4, "2028-02-29"),
    ("2026-08-31", 6, "2027-02-28"), ("2024-02-29", 12, "2025-02-28"),
    ("2026-01-15", 36, "2029-01-15"), ("2026-03-31", -1, "2026-02-28"),
    ("2026-01-31", -13, "2024-12-31"), ("0001-01-31", -1, "0001-01-01"),
    ("9999-12-01", 1, "9999-12-31"),
  ])
  func `months stop at the last day a month has`(from: String, months: Int, to: String) throws {
    #expect(try day(from).adding(months: months) == day(to))
  }

  @Test func `days added and taken away again lead back`() throws {
    var dice = Seeded(23)
    for _ in 0..<2_000 {
      let number = Int.random(in: -600_000...2_800_000, using: &dice)
      let start = try #require(Day(number: number))
      let step = Int.random(in: -90_000...90_000, using: &dice)
      let there = start.adding(days: step)
      #expect(there.adding(days: -step) == start, "seed \(dice.seed)")
      #expect(start.days(until: there) == step, "seed \(dice.seed)")
      #expect((start < there) == (step > 0), "seed \(dice.seed)")
      let (year, month, day) = there.parts
      #expect(Day(year: year, month: month, day: day) == there, "seed \(dice.seed)")
      #expect(Day(there.description) == there, "seed \(dice.seed)")
    }
  }

  @Test func `day follows day through four centuries`() throws {
    var known = try day("1896-02-27")
    var (year, month, date) = known.parts
    while year < 2297 {
      let next = known.adding(days: 1)
      let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
      date += 1
      if date > length { (month, date) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
      guard next.parts == (year, month, date) else {
        Issue.record("\(next) should be \(year)-\(month)-\(date)")
        return
      }
      known = next
    }
  }

  @Test(arguments: [Int.max, Int.min, 1 << 40, -(1 << 40)])
  func `a count beyond the calendar stops at its end`(count: Int) throws {
    let today = try day("2026-01-15")
    let end = count > 0 ? Day.last : Day.first
    #expect(today.adding(days: count) == end)
    #expect(today.adding(months: count) == end)
    #expect(today.adding(years: count) == end)
    #expect(Day(number: count) == nil)
  }

  @Test(arguments: [
    ("2008-02-29", "2026-02-28", 17), ("2008-02-29", "2026-03-01", 18),
    ("2008-11-21", "2026-11-21", 18), ("2008-11-22", "2026-11-21", 17),
    ("2008-02-29", "2028-02-29", 20), ("2026-01-15", "2026-01-15", 0),
    ("2026-01-15", "2026-01-14", -1),
  ])
  func `age is counted in birthdays`(born: String, on: String, years: Int) throws {
    #expect(try day(born).age(on: day(on)) == years)
  }

  @Test func `somebody born on a leap day has a birthday on 1 March`() throws {
    let born = try day("2008-02-29")
    #expect(try born.birthday(age: 18) == day("2026-03-01"))
    #expect(try born.birthday(age: 20) == day("2028-02-29"))
  }

  @Test func `the birthday is the first day of the age`() throws {
    var dice = Seeded(31)
    for _ in 0..<500 {
      let number = Int.random(in: -20_000...20_000, using: &dice)
      let born = try #require(Day(number: number))
      let years = Int.random(in: 1...99, using: &dice)
      let birthday = born.birthday(age: years)
      #expect(born.age(on: birthday) == years, "seed \(dice.seed)")
      #expect(born.age(on: birthday.adding(days: -1)) == years - 1, "seed \(dice.seed)")
    }
  }

  @Test func `a day travels as text`() throws {
    let json = String(decoding: try JSONEncoder().encode([day("2026-01-15")]), as: UTF8.self)
    #expect(json == #"["2026-01-15"]"#)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Day].self, from: Data(#"["2026-02-30"]"#.utf8))
    }
  }
}
