import Postgres
import TestSupport
import Testing

@testable import Store

@Test func `a database in order is ready, check by check`() async throws {
  try await World.lend { world in
    let readiness = await world.registry.readiness()
    #expect(readiness.isReady)
    #expect(readiness.checks.map(\.name) == ["database", "writable", "migrations", "standby"])
  }
}

@Test func `a database that lacks a migration is not ready`() async throws {
  try await World.lend { world in
    let owner = TestCluster.owner(of: world.settings)
    try await owner.write { db in
      try db.script("delete from schema_migrations where name like '0005%'", named: "forget")
    }
    await owner.shutdown()
    let readiness = await world.registry.readiness()
    #expect(readiness.checks.filter { !$0.ok }.map(\.name) == ["migrations"])
  }
}

@Test func `a database that takes no writes is not ready`() async throws {
  try await World.lend { world in
    let owner = TestCluster.owner(of: world.settings)
    try await owner.write { db in
      let name = world.settings.applicationName
      try db.script(
        "alter database \(name) set default_transaction_read_only = on", named: "freeze")
    }
    await owner.shutdown()
    let fresh = Registry(database: Database(world.settings), policy: world.registry.policy)
    #expect(await fresh.readiness().checks.filter { !$0.ok }.map(\.name) == ["writable"])
    await fresh.database.shutdown()
  }
}

@Test func `a database that is away is a finding, not an error`() async throws {
  try await World.lend { world in
    let nowhere = DatabaseSettings(uri: "host=/nowhere dbname=tamshy")
    let registry = Registry(database: Database(nowhere), policy: world.registry.policy)
    let readiness = await registry.readiness()
    #expect(readiness.checks.map(\.name) == ["database"])
    #expect(!readiness.isReady)
  }
}

@Test func `the service owns nothing and stands under every fence`() async throws {
  try await World.lend { world in
    let state = try await world.registry.schemaState()
    #expect(state.tablesOwned == 0 && !state.roleIsAboveRules)
    #expect(state.unfenced.isEmpty && state.fencedTables > 0)
    #expect(state.locale == "kk" && state.sortsKazakh && state.encoding == "UTF8")
    let owner = TestCluster.owner(of: world.settings)
    try await owner.write { db in
      try db.script("alter table donors no force row level security", named: "open")
    }
    await owner.shutdown()
    #expect(try await world.registry.schemaState().unfenced == ["donors"])
  }
}
