import Domain
import Foundation
import Testing

@Test(arguments: [
  ("short", PasswordMistake.tooShort), ("elevenchars", .tooShort),
  (String(repeating: "ab12", count: 40), .tooLong), ("PasswordPassword", .common),
  ("aaaaaaaaaaaaaaaa", .common), ("abcabcabcabcabc", .common), ("abcdefghijklmnop", .common),
  ("my aigul password", .holdsLogin), ("жеті рет өлше", nil), ("correct battery horse", nil),
])
func `a password is long and not the first one tried`(
  password: String, mistake: PasswordMistake?
) {
  let guesses = FirstGuesses(passwords: ["passwordpassword"], words: [])
  #expect(
    PasswordRule.mistake(in: password, for: "aigul@example.kz", among: guesses) == mistake)
}

@Test(arguments: [
  ("dragon123456", true), ("P@ssw0rd2024!", true), ("monkey-dragon", true),
  ("monkey dragon tiger", true), ("tiger1tiger2tiger3", true), ("әйгерім 1990-01", true),
  ("monkey dragon tiger monkey", false), ("monkey123456789", false), ("monkeyxdragon", false),
  ("a tiger in the snow", false), ("48201957362840175", false),
])
func `a few words that everybody tries make no password, but a phrase does`(
  password: String, isGuessed: Bool
) {
  let guesses = FirstGuesses(
    passwords: [], words: ["password", "dragon", "monkey", "tiger"]
  ).adding(["Әйгерім С."])
  let mistake = PasswordRule.mistake(in: password, for: "nobody@example.kz", among: guesses)
  #expect(mistake == (isGuessed ? .common : nil))
}

@Test func `waits grow up to their limit and are forgotten in time`() throws {
  let start = Date(timeIntervalSince1970: 0)
  var throttle = Throttle(subject: "x", failures: 0, failedAt: start, blockedUntil: nil)
  var now = start
  var waits: [Int] = []
  for _ in 1...20 {
    throttle = try throttle.trying(at: now, under: .account)
    if let end = throttle.blockedUntil {
      #expect(throws: Throttled.self) { try throttle.trying(at: end - 1, under: .account) }
      waits.append(Int(end.timeIntervalSince(now)))
      now = end
    }
  }
  #expect(waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600])
  let later = try throttle.trying(at: now + 90_000, under: .account)
  #expect(later.failures == 1 && later.blockedUntil == nil)
  #expect(throttle.proven(forgetting: true).failures == 0)
  #expect(throttle.proven(forgetting: false).failures == throttle.failures - 1)
}

@Test func `a machine is nobody's second person`() {
  let first: ID<Account> = .new(at: Date())
  let person = Actor(account: .new(at: Date()), authority: Authority(role: .laboratory))
  let machine = Actor(
    account: .new(at: Date()), kind: .machine, authority: Authority(role: .laboratory))
  #expect(person.isAnotherPerson(than: first))
  #expect(!person.isAnotherPerson(than: person.account))
  #expect(!machine.isAnotherPerson(than: first))
}
