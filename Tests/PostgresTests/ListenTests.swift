import Foundation
import Postgres
import Testing

struct ListenTests {
  private func say(_ payload: String, in db: Database) async throws {
    try await db.write { db in
      _ = try db.run(sql("select pg_notify('Қан', $1)"), payload)
    }
  }

  @Test func `what is said is heard, once it is committed`() async throws {
    struct Refusal: Error {}
    try await withDatabase { db in
      var heard = db.listen(["Қан", "quiet \"channel\""]).makeAsyncIterator()
      #expect(await heard.next() == .attached)
      try await say("one", in: db)
      // A message of a transaction that failed was never said.
      _ = try? await db.write { db in
        _ = try db.run(sql("select pg_notify('Қан', $1)"), "unsaid")
        throw Refusal()
      }
      try await say("two", in: db)
      #expect(await heard.next() == .message(channel: "Қан", payload: "one"))
      #expect(await heard.next() == .message(channel: "Қан", payload: "two"))
    }
  }

  @Test func `a listener whose session is killed comes back and says so`() async throws {
    try await withDatabase { db in
      var heard = db.listen(["Қан"]).makeAsyncIterator()
      #expect(await heard.next() == .attached)
      try await db.write { db in
        _ = try db.run(
          sql(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """))
      }
      #expect(await heard.next() == .attached)
      try await say("again", in: db)
      #expect(await heard.next() == .message(channel: "Қан", payload: "again"))
    }
  }

  @Test func `a reader that is too slow is told to read anew`() async throws {
    try await withDatabase { db in
      let stream = db.listen(["Қан"])
      var heard = stream.makeAsyncIterator()
      #expect(await heard.next() == .attached)
      try await db.write { db in
        _ = try db.run(sql("select pg_notify('Қан', n::text) from generate_series(1, 3000) n"))
      }
      try await say("end", in: db)
      var marks = 0
      while let word = await heard.next(), word != .message(channel: "Қан", payload: "end") {
        if word == .attached { marks += 1 }
      }
      #expect(marks > 0)
    }
  }

  @Test func `a listener that is not read any more goes away`() async throws {
    try await withDatabase { db in
      let listeners = sql(
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
        """)
      let reader = Task {
        for await _ in db.listen(["Қан"]) {}
      }
      try await eventually {
        try await db.read { db in try db.one(listeners, as: Int.self) } == 1
      }
      reader.cancel()
      try await eventually {
        try await db.read { db in try db.one(listeners, as: Int.self) } == 0
      }
    }
  }
}
