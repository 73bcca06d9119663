import ArgumentParser
import Foundation
import Postgres
import Store

/// `tamshy keys`: the keys with which donors' identities are sealed.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Make, change and remove the keys of donors' identities.",
    discussion: """
      Identity numbers and telephones are sealed before the database sees them. The keys
      are in a file: the one that --file or TAMSHY_PRIVACY_KEY_FILE names, else
      privacy-keys in the state folder of `tamshy up`. Keep a copy of it apart from the
      database's backups: without it the numbers are lost.

      Examples:
        tamshy keys create --file /etc/tamshy/privacy-keys
        tamshy keys status
        tamshy keys rotate
        tamshy keys remove seal 1
      """,
    subcommands: [Create.self, Status.self, Rotate.self, Remove.self])

  /// Where the keys are, for every subcommand.
  struct Place: ParsableArguments {
    @Option(help: "The key file.")
    var file: String?
    @Option(help: "The state folder of `tamshy up` (default: this user's).")
    var stateDir: String?

    func keyFile() async throws -> KeyFile {
      let settings = try await Settings.load()
      if let path = file ?? (stateDir == nil ? settings.privacyKeyFile : nil) {
        return KeyFile(path: path)
      }
      return StateFolder(stateDir ?? settings.stateFolder).keyFile
    }
  }

  /// `tamshy keys create`.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a file with new keys; an existing one is left alone.")
    @OptionGroup var place: Place

    func run() async throws {
      try await running {
        let file = try await place.keyFile()
        guard !file.exists else {
          throw Failure.badData("\(file.path) exists. `tamshy keys rotate` changes its keys.")
        }
        try file.write(try KeyRing.random())
        say(file.path)
      }
    }
  }

  /// `tamshy keys status`.
  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell which keys there are and how many values need each.",
      discussion: """
        A key that no value needs can be removed. People who were deferred when their
        identity was deleted are remembered by hashes that cannot be made anew: their
        look-up key is needed for as long as they are.
        """)
    @OptionGroup var place: Place
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
      try await running {
        let ring = try await place.keyFile().read()
        try await DatabaseInReach(stateDir: place.stateDir).use { registry in
          let lines = KeyLine.all(of: ring, try await registry.keyUses())
          if json {
            say(String(decoding: try JSONEncoder().encode(lines), as: UTF8.self))
          } else {
            for line in lines { say(line.text) }
          }
        }
      }
    }
  }

  /// `tamshy keys remove`.
  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a key that no value needs out of the file.",
      discussion: """
        Examples:
          tamshy keys remove seal 1
          tamshy keys remove lookup 1
        """)
    @Argument(help: "seal or lookup.")
    var purpose: KeyRing.Purpose
    @Argument(help: "The number of the key.")
    var number: Int
    @OptionGroup var place: Place

    func run() async throws {
      try await running {
        let file = try await place.keyFile()
        let ring = try file.read()
        guard ring.keys(purpose).contains(where: { $0.number == number }) else {
          throw Failure.badData("\(file.path) has no key \(purpose.rawValue) \(number).")
        }
        guard ring.current(purpose).number != number else {
          throw Failure.badData("It is the current one; `tamshy keys rotate` makes another.")
        }
        try await DatabaseInReach(stateDir: place.stateDir).use { registry in
          let uses = try await registry.removeKey(purpose, number, at: Date())
          guard uses.isEmpty else {
            let what = uses.map { "\($0.values) in \($0.kind)" }.joined(separator: ", ")
            throw Failure.tryAgain("The key is still needed: \(what).")
          }
          try file.write(try ring.removing(purpose, number))
        }
        complain("The key \(purpose.rawValue) \(number) is removed.")
      }
    }
  }
}

/// A key and what needs it, as a line of the status.
struct KeyLine: Encodable {
  let purpose: KeyRing.Purpose
  let number: Int
  let isCurrent: Bool
  let isHere: Bool
  /// How many values need it, by table.
  let values: [String: Int]

  static func all(of ring: KeyRing, _ uses: [KeyUse]) -> [KeyLine] {
    KeyRing.Purpose.allCases.flatMap { purpose in
      let here = ring.keys(purpose).map(\.number)
      let used = uses.filter { $0.purpose == purpose }
      return Set(here + used.map(\.number)).sorted(by: >).map { number in
        KeyLine(
          purpose: purpose, number: number, isCurrent: number == here.first,
          isHere: here.contains(number),
          values: Dictionary(
            used.filter { $0.number == number }.map { ($0.kind, $0.values) },
            uniquingKeysWith: +))
      }
    }
  }

  var text: String {
    let needs = values.sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" }
    let standing =
      isHere ? (isCurrent ? "current" : values.isEmpty ? "may be removed" : "reads") : "MISSING"
    return "\(purpose.rawValue) \(number)  \(standing)  "
      + (needs.isEmpty ? "no value needs it" : needs.joined(separator: ", "))
  }
}

extension KeyRing.Purpose: ExpressibleByArgument {}
