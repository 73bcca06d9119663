import Domain
import Foundation
import Store

/// Who acts in the demonstration.
///
/// The ids are fixed: a command's key belongs to its account, and loading twice
/// must meet the same keys.
enum Accounts {
  static let admin = DemoAccount(1, "admin", .admin, "Registry office")
  static let coordinator = DemoAccount(2, "coordinator", .coordinator, "Coordinator, whole country")
  static let kostanay = Centre(
    desk: DemoAccount(3, "kostanay", .driveStaff, "Drive staff, Kostanay", site: 1),
    laboratory: DemoAccount(4, "kostanay-lab", .laboratory, "Laboratory, Kostanay", site: 1))
  static let astana = Centre(
    desk: DemoAccount(5, "astana", .driveStaff, "Drive staff, Astana", site: 2),
    laboratory: DemoAccount(6, "astana-lab", .laboratory, "Laboratory, Astana", site: 2))
  static let hospitals = [
    DemoAccount(7, "trauma", .hospital, "Trauma centre, Astana", site: 11),
    DemoAccount(8, "haematology", .hospital, "Haematology centre, Oskemen", site: 12),
    DemoAccount(9, "zhezkazgan", .hospital, "Medical centre, Zhezkazgan", site: 13),
  ]

  static let all =
    [admin, coordinator, kostanay.desk, kostanay.laboratory, astana.desk, astana.laboratory]
    + hospitals

  /// A centre's two rooms.
  struct Centre: Sendable {
    let desk: DemoAccount
    let laboratory: DemoAccount
  }
}

/// An account of the demonstration.
struct DemoAccount: Sendable {
  let id: ID<Account>
  let login: String
  let role: Role
  let name: String
  let site: ID<Site>?

  init(
    _ number: Int, _ login: String, _ role: Role, _ name: String, site: Int? = nil
  ) {
    id = Lot.id("account", number)
    self.login = login
    self.role = role
    self.name = name
    self.site = site.map { Lot.id("site", $0) }
  }

  func draft(_ password: Password) -> AccountDraft {
    AccountDraft(
      id: id, kind: .person, login: LoginName(login), name: name, password: password,
      grants: [GrantDraft(role: role, site: site)])
  }

  var tokenDraft: TokenDraft {
    TokenDraft(role: role, site: site, name: name, account: id, kind: .person)
  }

  var actor: Actor {
    let region = [1: "KZ-39", 2: "KZ-71"].first { Lot.id("site", $0.key) == site }?.value
    return Actor(
      account: id,
      authority: Authority(
        role: role, siteId: site, siteKind: region == nil ? nil : .centre, region: region))
  }
}

/// One step of the demonstration: who takes it, under which key.
struct Step {
  let actor: Actor
  let key: String

  init(_ account: DemoAccount, _ key: String) {
    actor = account.actor
    self.key = key
  }

  func command<Draft: Sendable>(at time: Date, _ draft: Draft) -> Command<Draft> {
    Command(actor: actor, key: key, fingerprint: "demonstration", at: time, draft: draft)
  }
}
