import Crypto
import Domain
import FoundationEssentials
import Postgres
import SQL

/// One counted try to sign in.
struct Turn: Sendable {
  let account: String
  let address: String?

  /// Kept as hashes: a name may be an address of e-mail, and a wrong one a password.
  init(_ login: LoginName, from address: String?) {
    account = Self.subject("account", login.text)
    self.address = address.map { Self.subject("address", $0) }
  }

  var subjects: [String] { [account, address].compactMap(\.self) }

  private static func subject(_ kind: String, _ text: String) -> String {
    Data(SHA256.hash(data: Data("\(kind) \(text)".utf8))).base64URL
  }
}

extension Registry {
  /// Counts a try by name and address before it is known to be wrong, so that tries
  /// that come at once are counted too.
  ///
  /// - Throws: `Throttled` when there were too many.
  func takeTurn(_ login: LoginName, from address: String?, at now: Date) async throws -> Turn {
    let turn = Turn(login, from: address)
    try await store.write(as: .system) { db in
      try db.run(.openThrottles, turn.subjects, now)
      let next = try db.throttles(turn).map { throttle in
        try throttle.trying(at: now, under: throttle.subject == turn.account ? .account : .address)
      }
      try db.run(.keepThrottles, JSON(next))
    }
    return turn
  }
}

extension Transaction {
  /// Takes a counted try back: it was right.
  ///
  /// `forgetting` says that the account starts anew.
  func giveBack(_ turn: Turn, forgetting: Bool = true) throws {
    let next = try throttles(turn).map {
      $0.proven(forgetting: forgetting && $0.subject == turn.account)
    }
    try run(.keepThrottles, JSON(next))
  }

  fileprivate func throttles(_ turn: Turn) throws -> [Throttle] {
    try rows(.lockThrottles, turn.subjects)
  }
}
