import ArgumentParser
import Foundation
import Store

extension KeysCommand {
  /// `tamshy keys rotate`.
  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make new keys current, and every value anew with them.",
      discussion: """
        The service may go on serving. Killed, or run again, it goes on with what is left;
        it makes other keys only once every value has the newest ones.

        Several servers with a copy of the file each: first --prepare, copy the file to
        all of them, then rotate, and copy it again.

        Examples:
          tamshy keys rotate
          tamshy keys rotate --prepare
        """)
    @Flag(help: "Only add new keys that read, to be made current later.")
    var prepare = false
    @OptionGroup var place: Place

    func run() async throws {
      try await running {
        let file = try await place.keyFile()
        if prepare {
          let ring = try file.read()
          guard !ring.hasWaitingKey else {
            throw Failure.badData("\(file.path) has keys that wait already.")
          }
          try file.write(try ring.adding(isCurrent: false))
          complain("Copy \(file.path) to every server, then run `tamshy keys rotate`.")
          return
        }
        try await DatabaseInReach(stateDir: place.stateDir).use { registry in
          try await rotate(file, registry)
        }
      }
    }

    private func rotate(_ file: KeyFile, _ registry: Registry) async throws {
      let ring = try await newest(file, registry)
      var cursor = RotationCursor()
      var told = ContinuousClock.now
      while !cursor.isDone {
        cursor = try await registry.rotate(from: cursor, with: ring)
        if told.duration(to: .now) > .seconds(1) {
          complain("  \(cursor.changed) records so far")
          told = .now
        }
      }
      complain("\(cursor.changed) records have the newest keys.")
      for line in KeyLine.all(of: ring, try await registry.keyUses()) { say(line.text) }
    }

    /// The keys to rotate to: new ones, unless the last exchange was not finished.
    ///
    /// Running servers first learn to read with the new keys, and only when all of them
    /// do does the first one write: else one that does not know them could register a
    /// person again whom another has just registered.
    private func newest(_ file: KeyFile, _ registry: Registry) async throws -> KeyRing {
      var ring = try file.read()
      try await registry.admit(Keychain(ring))
      let isUnfinished = try await isUnfinished(ring, registry)
      if isUnfinished && !ring.hasWaitingKey {
        complain("Going on with the exchange that was not finished.")
        return ring
      }
      if !ring.hasWaitingKey {
        ring = try ring.adding(isCurrent: false)
        try file.write(ring)
      }
      try await registry.admit(Keychain(ring))
      try await serversHaveLookedAgain()
      ring = try ring.promoted()
      try file.write(ring)
      try await serversHaveLookedAgain()
      return ring
    }

    private func isUnfinished(_ ring: KeyRing, _ registry: Registry) async throws -> Bool {
      let current = KeyRing.Purpose.allCases.map { ring.current($0) }
      return try await registry.keyUses().contains { use in
        // Who is remembered without identity keeps the old look-up key for good.
        use.kind != "barred_people"
          && current.contains { $0.purpose == use.purpose && $0.number != use.number }
      }
    }

    private func serversHaveLookedAgain() async throws {
      try await Task.sleep(for: Keychain.delay + .seconds(1))
    }
  }
}
