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

  /// Does what a counted try is for, and takes the try back where nobody can say that it
  /// was wrong: the server was busy, or a rule refused.
  func spending<T: Sendable>(
    _ turn: Turn, _ work: () async throws -> T
  ) async throws -> T {
    do {
      return try await work()
    } catch let error where error is TooManyPasswords || error is any Refusal || error is KeyReused
    {
      try await giveBack(turn)
      throw error
    }
  }

  /// Performs what a proof is for.
  ///
  /// The body takes the try back with what it does; a twin that finds its answer does it here.
  func perform<Draft>(
    _ command: Command<Draft>, spending turn: Turn?,
    _ body: @Sendable (Transaction) throws -> Effect
  ) async throws -> Answer {
    guard let turn else { return try await store.perform(command, body) }
    return try await spending(turn) {
      let answer = try await store.perform(command, body)
      if answer.replayed { try await giveBack(turn) }
      return answer
    }
  }

  /// Takes a counted try back, and forgets no other: codes could be guessed without end
  /// between two right passwords.
  func giveBack(_ turn: Turn) async throws {
    try await store.write(as: .system) { db in try db.giveBack(turn, forgetting: false) }
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
