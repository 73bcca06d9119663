import Domain
import Foundation
import Store

/// The second factor of whoever asks: codes of his telephone.
enum SecondFactors {
  static let endpoints: [Endpoint] = [
    .post("/v1/accounts/me/second-factor", .signedIn, make).openToOneFactor(),
    .post("/v1/accounts/me/second-factor/confirmation", .signedIn, confirm).openToOneFactor(),
    .post("/v1/accounts/me/second-factor/removal", .signedIn, remove).openToOneFactor(),
    .post("/v1/accounts/{account}/second-factor-removal", .roles([.admin]), removeOfAnother),
  ]

  /// `POST /v1/accounts/me/second-factor`.
  @Sendable static func make(_ call: Call) async throws -> Reply {
    let command = try call.command(secret: ["current_password"]) { fields in
      SecondFactorStep(
        current: fields.password("current_password"), in: call.sender?.session?.id)
    }
    let answer = try await call.registry.makeSecondFactor(command)
    return call.created(answer, at: "/v1/sessions/current")
  }

  /// `POST /v1/accounts/me/second-factor/confirmation`.
  @Sendable static func confirm(_ call: Call) async throws -> Reply {
    let command = try call.command { fields in
      SecondFactorStep(code: fields.code("code"), in: call.sender?.session?.id)
    }
    let answer = try await call.registry.confirmSecondFactor(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/sessions/current")
  }

  /// `POST /v1/accounts/me/second-factor/removal`.
  @Sendable static func remove(_ call: Call) async throws -> Reply {
    let command = try call.command(secret: ["current_password", "code"]) { fields in
      SecondFactorStep(
        current: fields.password("current_password"), code: fields.code("code"),
        in: call.sender?.session?.id)
    }
    let answer = try await call.registry.removeSecondFactor(command)
    call.service.sessions.forgetAll()
    return call.created(answer, at: "/v1/accounts/{id}")
  }

  /// `POST /v1/accounts/{account}/second-factor-removal`.
  @Sendable static func removeOfAnother(_ call: Call) async throws -> Reply {
    try await Accounts.end(call) { try await call.registry.removeSecondFactor($0) }
  }
}

extension Fields {
  /// A code of a telephone or of the sheet, in any grouping.
  func code(_ name: String) -> SecondFactorCode? {
    value(name, or: nil, code: "second_factor_code_malformed") { text in
      SecondFactorCode(text).map(Optional.some)
    }
  }
}
