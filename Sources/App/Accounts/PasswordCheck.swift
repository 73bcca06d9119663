import Config
package import Domain
import Foundation
package import Store

/// What a new password is compared with, in the service and at the command line.
package struct PasswordCheck: Sendable {
  private let guesses: FirstGuesses
  private let breached: BreachedPasswords?

  /// Reads the shipped lists, and what the operator adds: words of the house, and a file of
  /// breached passwords.
  ///
  /// - Throws: when the binary does not carry the lists, or the file cannot be read.
  package init(words: [String] = [], breached file: String? = nil) throws {
    guesses = FirstGuesses(
      passwords: Set(try Self.lines(of: "common")),
      words: Set(try Self.lines(of: "words") + Self.lines(of: "context"))
    ).adding(words)
    breached = try file.map { try BreachedPasswords(URL(filePath: $0)) }
  }

  /// What is wrong with a new password of somebody; nil for one that will do.
  package func mistake(
    in password: Password, for login: LoginName, of name: String = ""
  ) async throws -> PasswordMistake? {
    if let mistake = plainMistake(in: password, for: login, of: name) { return mistake }
    return try await isBreached(password) ? .breached : nil
  }

  /// What is wrong with it that no file has to be read for.
  func plainMistake(
    in password: Password, for login: LoginName, of name: String = ""
  ) -> PasswordMistake? {
    password.mistake(for: login, of: name, among: guesses)
  }

  /// Whether it was stolen somewhere and published.
  func isBreached(_ password: Password) async throws -> Bool {
    guard let breached else { return false }
    return try await password.isAmong(breached)
  }

  private static func lines(of list: String) throws -> [String] {
    guard let text = Shipped.files["passwords/\(list).txt"] else {
      throw IncompleteShipment("passwords/\(list).txt is missing")
    }
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .flatMap { $0.split(separator: " ").map(String.init) }
  }
}
