package import Domain
package import Foundation
package import Store

/// Somebody who signs in with a password.
package struct Person: Sendable {
  package let id: ID<Account>
  package let login: String
  package let password: String

  /// Names somebody, and what he types.
  package init(id: ID<Account>, login: String, password: String) {
    self.id = id
    self.login = login
    self.password = password
  }
}

extension World {
  /// A person with grants, in the order in which they are given.
  package func person(
    _ login: String = "aigul@example.kz", password: String = "жеті рет өлшеп, бір рет кес",
    _ grants: [GrantDraft] = [GrantDraft(role: .coordinator, site: nil)]
  ) async throws -> Person {
    let draft = AccountDraft(
      id: .new(at: now), kind: .person, login: LoginName(login), name: "Айгүл С.",
      password: Password(password), grants: grants)
    _ = try await registry.create(command(admin, draft))
    return Person(id: draft.id, login: login, password: password)
  }

  /// A session of somebody who signed in with his password alone.
  package func session(
    of person: Person, at time: Date? = nil
  ) async throws -> ID<SessionRecord>? {
    let token = try await signIn(person, at: time)
    return try await registry.caller(ofSession: token, at: time ?? now)?.session?.id
  }

  /// Signs a person in and answers the session's secret.
  package func signIn(
    _ person: Person, password: String? = nil, from address: String? = nil,
    previous: Token? = nil, at time: Date? = nil
  ) async throws -> Token {
    try await registry.signIn(
      SignInAttempt(
        login: LoginName(person.login), password: Password(password ?? person.password),
        address: address, previous: previous), at: time ?? now)
  }
}
