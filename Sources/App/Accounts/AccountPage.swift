import Domain
import Foundation
import Store

/// What the page of the own account shows.
struct AccountPage: Sendable {
  var login = ""
  var name = ""
  var sessions: [Line] = []
  var hasFactor = false
  /// The secret for the telephone, and the address that its camera or a link takes.
  let secret: String
  let address: String
  let isMade: Bool
  /// Codes for the day without the telephone.
  let codes: [String]
  let hasCodes: Bool
  /// What went wrong, as a code and in the reader's words; empty when nothing did.
  let code: String
  let facts: [String: String]
  let isWrong: Bool
  var mistake = ""

  /// Shows what is told once, if anything is.
  init(secret: String = "", address: String = "", codes: [String] = []) {
    self.init(secret: secret, address: address, codes: codes, code: "", facts: [:])
  }

  /// Says what went wrong.
  static func mistaken(_ code: String, _ facts: [String: String] = [:]) -> AccountPage {
    AccountPage(secret: "", address: "", codes: [], code: code, facts: facts)
  }

  private init(
    secret: String, address: String, codes: [String], code: String, facts: [String: String]
  ) {
    self.secret = secret
    self.address = address
    self.codes = codes
    self.code = code
    self.facts = facts
    // Stored, because templates see nothing else.
    isMade = !secret.isEmpty
    hasCodes = !codes.isEmpty
    isWrong = !code.isEmpty
  }

  /// One open session.
  struct Line: Sendable {
    let id: String
    let started: String
    let seen: String
    let isCurrent: Bool

    init(_ session: OpenSession, isCurrent: Bool) {
      id = session.id.description
      started = Self.text(session.startedAt)
      seen = Self.text(session.seenAt)
      self.isCurrent = isCurrent
    }

    /// To the minute, in UTC: nobody knows in which zone the other desk stands.
    private static func text(_ time: Date) -> String {
      Instant.format(time).prefix(16).replacing("T", with: " ") + " UTC"
    }
  }
}
