import Config
import Domain
import Foundation
import Store
import Testing

@testable import App

@Test(arguments: [
  "password1234", "Password2026!", "p@ssw0rd-2026", "qwertyuiop12", "1q2w3e4r5t6y", "iloveyou1234",
  "liverpool1892", "manchesterunited", "princess12345", "monkeydragon1", "qazwsxedc123",
  "йцукенгшщз123", "пароль123456", "almaty2026!!", "qazaqstan2026", "tamshy-admin-1",
  "donor-hospital", "Kostanay 2026", "123456789012", "aidana-zhumabek",
])
func `what is tried first is no password, whatever year is put behind it`(text: String) async throws
{
  let check = try PasswordCheck(words: ["Zhumabek"])
  let mistake = try await check.mistake(
    in: Password(text), for: LoginName("nobody@example.kz"), of: "Айдана Aidana")
  #expect(mistake == .common)
}

@Test(arguments: [
  "seven green apples fell", "nine red pears stayed", "жеті рет өлшеп, бір рет кес",
  "тау мен тасты жел бұзар", "тоғыз қызыл алма түсті", "correct battery horse", "k3vq-x7mn-p2wd",
  "!!!###%%%&&&***+++===", "48201957362840175", "JGHFKDLSPQMZ", "the donor walked into seven doors",
])
func `a phrase, and whatever a machine made, is a password, of any signs`(text: String) async throws
{
  let check = try PasswordCheck()
  #expect(try await check.mistake(in: Password(text), for: LoginName("nobody@example.kz")) == nil)
}

@Test func `the words alone stand for far more than the three thousand first guesses`() async throws
{
  let check = try PasswordCheck()
  let words = try #require(Shipped.files["passwords/words.txt"]).split(separator: "\n")
    .filter { !$0.hasPrefix("#") }.flatMap { $0.split(separator: " ") }
  #expect(words.count > 1000)
  for word in words {
    let guess = "\(word)2026!".count < 12 ? "\(word)\(word)2026!" : "\(word)2026!"
    guard guess.count >= PasswordRule.shortest else { continue }
    let mistake = try await check.mistake(in: Password(guess), for: LoginName("nobody@example.kz"))
    #expect(mistake == .common, "\(guess)")
  }
}

@Test func `a password has sixty-four characters and more, and no sign is forbidden`() async throws
{
  let check = try PasswordCheck()
  let phrases = ["күн", "жел", "су", "от", "жер", "аспан"]
  let long = (0..<12).map { "\(phrases[$0 % 6])\($0 * 7)" }.joined(separator: " ")
  #expect((64...PasswordRule.longest).contains(long.count))
  #expect(try await check.mistake(in: Password(long), for: LoginName("nobody@example.kz")) == nil)
  let letters = Array("абвгд")
  let limit = String((0..<128).map { letters[$0 * $0 % 5] })
  #expect(try await check.mistake(in: Password(limit), for: LoginName("nobody@example.kz")) == nil)
  #expect(
    try await check.mistake(in: Password(limit + "а"), for: LoginName("nobody@example.kz"))
      == .tooLong)
}

@Test func `a password that was published is found in a file of any length`() async throws {
  let published = "seven green apples fell"
  let login = LoginName("nobody@example.kz")
  for size in [0, 1, 40, 20_000] {
    // SHA-1 of the phrase among others, sorted as Have I Been Pwned sorts them.
    var lines = (0..<size).map { number in
      String(format: "%08X", UInt32(truncatingIfNeeded: number &* 2_654_435_761))
        + String(repeating: "A", count: 32) + ":\(number)"
    }
    lines.append("DA76956EAFD8BC1F273B426304A8716AF333B9F1:7")
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).txt")
    try lines.sorted().joined(separator: "\r\n").write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let check = try PasswordCheck(breached: file.path())
    #expect(try await check.mistake(in: Password(published), for: login) == .breached, "\(size)")
    #expect(
      try await check.mistake(in: Password("nine red pears stayed"), for: login) == nil, "\(size)")
  }
  #expect(throws: (any Error).self) { try PasswordCheck(breached: "/nowhere") }
  #expect(throws: (any Error).self) { try PasswordCheck(breached: "/etc/passwd") }
}
