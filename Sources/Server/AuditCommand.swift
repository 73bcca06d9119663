import ArgumentParser
import Domain
import Foundation
import Store

/// `tamshy audit`: the chain of what happened, its signatures and its verification.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Sign, export and verify the audit.",
    subcommands: [Verify.self, Heads.self, Sign.self, Key.self])

  /// `tamshy audit heads`.
  struct Heads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the newest signed head of every chain, to keep elsewhere.",
      discussion: """
        What is kept where no administrator of the database can reach it proves later that
        nothing before it was changed.

        Examples:
          tamshy audit heads
          tamshy audit heads --json > /mnt/safe/heads-$(date +%F).json
        """)

    @Flag(help: "Print JSON, which `tamshy audit verify --heads` reads.")
    var json = false
    @Option(help: "The state folder of `tamshy up` (default: this user's).")
    var stateDir: String?

    func run() async throws {
      try await running {
        try await DatabaseInReach(stateDir: stateDir).use { registry in
          let signed = try await registry.signedHeads()
          if json { return say(try Wire.text(signed)) }
          for head in signed.heads {
            say(
              "\(head.chain)  \(head.number)  "
                + "\(head.hash.prefix(16))…  \(Instant.format(head.signedAt))")
          }
          if signed.heads.isEmpty { complain("Nothing is signed yet; see `tamshy audit sign`.") }
        }
      }
    }
  }

  /// `tamshy audit sign`.
  struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sign the head of every chain now.",
      discussion: """
        A running service does so every hour.

        Examples:
          tamshy audit sign
          tamshy audit sign --key-file /etc/tamshy/audit.key
        """)

    @OptionGroup var key: AuditKeyOptions

    func run() async throws {
      try await running {
        let key = try await key.required()
        guard key.id != nil else {
          throw Failure.badData("The file has public keys alone; a private key signs.")
        }
        try await DatabaseInReach(stateDir: self.key.stateDir).use { registry in
          guard let count = try await registry.signHeads(with: key, at: Date()) else {
            throw Failure.tryAgain("Another server is signing.")
          }
          complain("\(count) heads signed.")
        }
      }
    }
  }

  /// `tamshy audit key`.
  struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the key that signs, if there is none, and print its public half.",
      discussion: """
        The private key stays in the file, mode 0600. The public key is for those who verify.

        Examples:
          tamshy audit key
          tamshy audit key --key-file /etc/tamshy/audit.key > audit.pub
        """)

    @OptionGroup var key: AuditKeyOptions

    func run() async throws {
      try await running {
        let path = try await key.path()
        let key = try AuditKeyFile(path: path).readOrMake()
        guard let pem = key.publicPEM else {
          throw Failure.badData("\(path) has public keys alone.")
        }
        say(pem.trimmingCharacters(in: .newlines))
      }
    }
  }
}

/// Where the key is.
struct AuditKeyOptions: ParsableArguments {
  @Option(help: "The file of the key (default: audit.key_file, or the state folder's).")
  var keyFile: String?
  @Option(help: "The state folder of `tamshy up` (default: this user's).")
  var stateDir: String?

  func path() async throws -> String {
    let settings = try await Settings.load()
    return keyFile ?? settings.auditKeyFile
      ?? StateFolder(stateDir ?? settings.stateFolder).auditKey
  }

  func required() async throws -> AuditKey { try AuditKeyFile(path: try await path()).read() }

  /// The key if there is one; a file that was named must be there.
  func optional() async throws -> AuditKey? {
    let path = try await path()
    let isNamed = try await Settings.load().auditKeyFile != nil || keyFile != nil
    guard isNamed || FileManager.default.fileExists(atPath: path) else { return nil }
    return try AuditKeyFile(path: path).read()
  }
}
