import Domain
import Foundation
import Store

extension Fields {
  /// A name by which somebody signs in.
  func login(_ name: String) -> LoginName {
    value(name, or: LoginName(""), code: "login_unusable") { text in
      let login = LoginName(text)
      return login.isUsable ? login : nil
    }
  }

  /// A password as it was typed; blanks belong to it.
  func password(_ name: String) -> Password {
    guard case .text(let text)? = raw(name) else {
      if has(name) {
        complain(name, "wrong_type", ["expected": "text"])
      } else {
        complain(name, "required")
      }
      return Password("")
    }
    if text.isEmpty { complain(name, "empty") }
    if text.utf8.count > 1024 {
      complain(name, "too_long", ["limit": String(PasswordRule.longest)])
    }
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      complain(name, "control_character")
    }
    return Password(text)
  }

  /// What somebody who signed in proves himself with, if he is asked to.
  func presence(in session: SessionRecord?) -> Presence {
    Presence(
      current: has("current_password") ? password("current_password") : nil,
      signedInAt: session?.startedAt)
  }

  /// A password that somebody wants to have; whether it was published is asked later.
  func newPassword(
    _ name: String, for login: LoginName, of person: String = "", by service: Service
  ) -> Password {
    let password = password(name)
    if let mistake = service.passwordCheck.plainMistake(in: password, for: login, of: person) {
      complain(name, mistake.code, mistake.facts)
    }
    return password
  }
}

extension Call {
  /// Refuses a new password that was stolen somewhere and published.
  func refuseBreached(_ password: Password?, _ name: String) async throws {
    guard let password, try await service.passwordCheck.isBreached(password) else { return }
    let mistake = PasswordMistake.breached
    throw InvalidInput([FieldProblem("/\(name)", mistake.code, facts: mistake.facts)])
  }
}
