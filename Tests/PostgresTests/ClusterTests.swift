import Foundation
import Testing

@testable import Postgres

// One after another: each starts a server or two, and all at once would starve the other tests.
@Suite(.serialized)
struct ClusterTests {
  /// Runs a test with a cluster of its own, which is stopped whatever happens.
  private func withCluster(
    _ name: String, durable: Bool = false, _ body: (Cluster) async throws -> Void
  ) async throws {
    let cluster = Cluster(folder: temporaryFolder(name), durable: durable)
    try await cluster.start()
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(cluster))
    } catch {
      outcome = .failure(error)
    }
    await cluster.stop()
    try outcome.get()
  }

  private func ask<T: Decodable & Sendable>(_ cluster: Cluster, _ text: String) async throws -> T {
    let db = Database(DatabaseSettings(uri: cluster.uri()))
    let answer = try await db.read { db in try db.one(sql(text), as: T.self) }
    await db.shutdown()
    return answer
  }

  @Test func `a fresh cluster is durable, checks its pages and sorts Kazakh`() async throws {
    try await withCluster("fresh", durable: true) { cluster in
      let settings: [String] = try await ask(
        cluster,
        """
        select array[current_setting('fsync'), current_setting('synchronous_commit'),
          current_setting('full_page_writes'), current_setting('data_checksums'),
          current_setting('listen_addresses'), current_setting('server_encoding'),
          current_setting('logging_collector')]
        """)
      #expect(settings == ["on", "on", "on", "on", "", "UTF8", "on"])
      let sorted: [String] = try await ask(
        cluster, "select array_agg(w order by w) from unnest(array['б', 'ә', 'а', 'қ', 'к']) w")
      #expect(sorted == ["а", "ә", "б", "к", "қ"])
      let owner: String = try await ask(cluster, "select current_user::text")
      #expect(owner == Cluster.superuser)
      let mode = try FileManager.default.attributesOfItem(atPath: cluster.folder + "/socket")
      #expect(mode[.posixPermissions] as? Int == 0o700)
    }
  }

  @Test func `what was written is there after a restart, and starting twice is fine`() async throws
  {
    let folder = temporaryFolder("restart")
    let cluster = Cluster(folder: folder, durable: false)
    try await cluster.start()
    try await cluster.start()
    let db = Database(DatabaseSettings(uri: cluster.uri()))
    try await db.write { db in try db.script("create table units as select 7 as id", named: "make")
    }
    await cluster.stop()
    #expect(cluster.processID == nil)
    let away = try await postgresError { try await db.read { _ in } }
    #expect(away.kind == .connectionLost)
    try await cluster.start()
    // The pool finds the server again by itself.
    #expect(try await db.read { db in try db.one(sql("select id from units"), as: Int.self) } == 7)
    await db.shutdown()
    await cluster.stop()
  }

  @Test func `a busy server is waited for, as there is no other one to try`() async throws {
    try await withCluster("busy") { cluster in
      let process = try #require(cluster.processID)
      kill(process, SIGSTOP)
      async let answer: Int = ask(cluster, "select 7")
      // Longer than libpq tries one of several hosts.
      try await Task.sleep(for: .seconds(3))
      kill(process, SIGCONT)
      #expect(try await answer == 7)
    }
  }

  @Test func `a server that is killed is started again and recovers`() async throws {
    try await withCluster("killed", durable: true) { cluster in
      let db = Database(DatabaseSettings(uri: cluster.uri()))
      try await db.write { db in
        try db.script("create table units as select 7 as id", named: "make")
      }
      let process = try #require(cluster.processID)
      kill(process, SIGKILL)
      try await eventually {
        do {
          return try await db.read { db in try db.one(sql("select id from units"), as: Int.self) }
            == 7
            && cluster.processID != process
        } catch let error as PostgresError where error.isTransient {
          return false
        }
      }
      #expect(cluster.processID != process)
      await db.shutdown()
    }
  }

  @Test func `of two that start on one folder one runs the server and the other takes over`()
    async throws
  {
    let folder = temporaryFolder("shared-by-two")
    let clusters = [
      Cluster(folder: folder, durable: false), Cluster(folder: folder, durable: false),
    ]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for cluster in clusters { group.addTask { try await cluster.start() } }
      try await group.waitForAll()
    }
    let running = clusters.filter { $0.processID != nil }
    #expect(running.count == 1)
    for cluster in clusters { #expect(try await ask(cluster, "select 1") == 1) }
    let keeper = try #require(running.first)
    let other = try #require(clusters.first { $0 !== keeper })
    await keeper.stop()
    try await eventually {
      other.processID != nil && ClusterFolder(path: folder, isDurable: false).runningServer != nil
    }
    try await eventually {
      do {
        return try await ask(other, "select 1") == 1
      } catch let error as PostgresError where error.isTransient {
        return false
      }
    }
    await other.stop()
    #expect(ClusterFolder(path: folder, isDurable: false).runningServer == nil)
  }

  @Test func `a server left behind is adopted`() async throws {
    let folder = temporaryFolder("orphan")
    let place = ClusterFolder(path: folder, isDurable: false)
    // Started on a thread that lives on, as by a process that has gone away.
    let server = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        do {
          let server = try ClusterServer(place)
          try server.initialise()
          let pid = try server.launch()
          while !server.isReady { usleep(10_000) }
          continuation.resume(returning: pid)
          ChildProcess.wait(for: pid)
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
    let cluster = Cluster(folder: folder, durable: false)
    try await cluster.start()
    #expect(cluster.processID == server)
    #expect(try await ask(cluster, "select 1") == 1)
    await cluster.stop()
    #expect(place.runningServer == nil)
  }

  @Test func `a server ends with the thread that started it`() async throws {
    let place = ClusterFolder(path: temporaryFolder("thread"), isDurable: false)
    let server = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        do {
          let server = try ClusterServer(place)
          try server.initialise()
          let pid = try server.launch()
          while !server.isReady { usleep(10_000) }
          continuation.resume(returning: pid)
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
    try await eventually { !ChildProcess.isAlive(server) }
    #expect(place.runningServer == nil)
  }

  @Test func `the lock of a killed server is waited out`() async throws {
    let folder = temporaryFolder("leftover")
    try await withCluster("leftover") { _ in }
    let file = folder + "/data/postmaster.pid"
    // A live process of the server's user that is no PostgreSQL stands for its dying children.
    let user = try ServerUser.current(output: "/dev/null")
    let sleeper = try ChildProcess.spawn(
      user.command(["/usr/bin/sleep", "1"]), output: "/dev/null")
    try "\(sleeper)\n\(folder)/data\n0\n5432\n\(folder)/socket\n\n\n"
      .write(toFile: file, atomically: false, encoding: .utf8)
    let buried = Task.detached { ChildProcess.wait(for: sleeper) }
    try await withCluster("leftover") { cluster throws in
      #expect(try await ask(cluster, "select 1") == 1)
    }
    #expect(await buried.value == 0)
  }

  @Test func `data of another version is refused with the way out`() async throws {
    let folder = temporaryFolder("old")
    try FileManager.default.createDirectory(
      atPath: folder + "/data", withIntermediateDirectories: true)
    try "9\n".write(toFile: folder + "/data/PG_VERSION", atomically: true, encoding: .utf8)
    let error = try await postgresError { try await Cluster(folder: folder).start() }
    #expect(error.kind == .cluster)
    #expect("\(error)".contains("PostgreSQL 9"))
    #expect("\(error)".contains("pg_upgrade"))
  }

  @Test func `a path too long for a socket still works`() async throws {
    let name = String(repeating: "long-", count: 20)
    try await withCluster(name) { cluster throws in
      let socket = ClusterFolder(path: cluster.folder, isDurable: false).socket
      #expect(socket.hasPrefix("/tmp/pg-") && cluster.uri().contains(socket))
      // Its files go with the server; the folder itself stays for the next start.
      #expect(FileManager.default.fileExists(atPath: socket + "/.s.PGSQL.5432"))
      #expect(try await ask(cluster, "select 1") == 1)
    }
    try FileManager.default.removeItem(
      atPath: ClusterFolder(path: temporaryFolder(name), isDurable: false).socket)
  }

  // Only root steps down to another user, and only then can a folder be out of that user's reach.
  @Test(.enabled(if: geteuid() == 0))
  func `a folder out of the server's reach is refused with the way out`() async throws {
    let parent = temporaryFolder("private")
    try FileManager.default.createDirectory(
      atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let error = try await postgresError { try await Cluster(folder: parent + "/state").start() }
    #expect(error.kind == .cluster)
    #expect("\(error)".contains("/var/lib"))
  }

  @Test func `a commit that no standby confirmed is an unknown outcome`() async throws {
    try await withCluster("standby", durable: true) { cluster in
      let db = Database(DatabaseSettings(uri: cluster.uri()))
      try await db.write { db in try db.script("create table units (id int)", named: "make") }
      try await Connection(db.settings).outsideTransaction { session in
        for text in [
          "alter system set synchronous_standby_names = 'nobody'", "select pg_reload_conf()",
        ] {
          _ = try session.execute(script: text, named: "configure")
        }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          // A changed setting counts a moment after it is read: commits before are confirmed.
          let error = try await postgresError {
            for _ in 0..<500 {
              try await db.write { db in _ = try db.run(sql("insert into units values (1)")) }
              try await Task.sleep(for: .milliseconds(20))
            }
          }
          #expect(error.kind == .outcomeUnknown)
        }
        // An administrator cancels the wait; the server then reports success with a warning.
        try await eventually {
          try await db.read { db in
            try db.one(
              sql(
                """
                select count(*) filter (where pg_cancel_backend(pid)) from pg_stat_activity
                where wait_event = 'SyncRep'
                """), as: Int.self)
          } == 1
        }
        try await group.waitForAll()
      }
      await db.shutdown()
    }
  }
}
