import ArgumentParser
import Domain
import Foundation
import Store
import Synchronization

extension AuditCommand {
  /// `tamshy audit verify`.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find every event that was edited, removed or added by hand.",
      discussion: """
        Compares every event with its digest, every link with the one before, and every
        signed head with its link. Exit code 65 when something is not as it was written.

        Without --heads only heads signed in the database itself are compared; whoever can
        change the audit may be able to take those away.

        Examples:
          tamshy audit verify
          tamshy audit verify --heads /mnt/safe/heads-2026-11-21.json --key-file audit.pub
          tamshy audit verify --from 2026-11-01 --json
        """)

    @Option(help: "A date or an instant; what was sealed before is taken for granted.")
    var from: String?
    @Option(help: "A file with heads that `tamshy audit heads --json` printed.")
    var heads: String?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var key: AuditKeyOptions

    func validate() throws {
      if let from, Self.moment(from) == nil {
        throw ValidationError("--from takes 2026-11-01 or 2026-11-01T00:00:00Z.")
      }
    }

    func run() async throws {
      try await running {
        let key = try await key.optional()
        let kept = try heads.map(Self.read)
        if key == nil { complain("No key of your own is there: every signer is believed.") }
        try await DatabaseInReach(stateDir: self.key.stateDir).use { registry in
          let bar = ProgressBar()
          let verdict = try await registry.verifyAudit(
            from: from.flatMap(Self.moment), heads: kept, key: key, progress: bar.show)
          bar.clear()
          try report(verdict)
        }
      }
    }

    private func report(_ verdict: AuditVerdict) throws {
      if json {
        say(try Wire.text(verdict))
      } else {
        for finding in verdict.findings { say(finding.sentence) }
      }
      complain(
        "\(verdict.events) events in \(verdict.links) links of \(verdict.chains) chains, "
          + "\(verdict.signedHeads) signed heads.")
      guard verdict.findings.isEmpty else {
        throw Failure.badData("The audit was changed: \(verdict.findings.count) findings.")
      }
      complain("Everything is as it was written.")
    }

    private static func moment(_ text: String) -> Date? {
      Instant.parse(text) ?? Day(text)?.startOfDay(in: .gmt)
    }

    private static func read(_ path: String) throws -> SignedHeads {
      do {
        return try SignedHeads(json: Data(contentsOf: URL(filePath: path)))
      } catch {
        throw Failure.badData("\(path) is no export of `tamshy audit heads --json`: \(error)")
      }
    }
  }
}

extension AuditFinding {
  /// What an operator reads.
  fileprivate var sentence: String {
    let chain = "chain \(self.chain)"
    let link = number.map { first in
      through.map { $0 > first } == true ? "links \(first) to \(through ?? first)" : "link \(first)"
    }
    let place = [chain, link].compactMap(\.self).joined(separator: ", ")
    switch what {
    case .eventEdited: return "event \(event ?? 0) was edited (\(place))"
    case .eventRemoved: return "event \(event ?? 0) was removed (\(place))"
    case .eventUnsealed: return "event \(event ?? 0) is in no link: added by hand (\(place))"
    case .linkEdited: return "\(place): edited"
    case .linkRemoved: return "\(place): removed"
    case .signatureInvalid: return "\(place): the signature is not by a trusted key"
    }
  }
}

/// A bar on standard error, if a person looks at it.
private final class ProgressBar: Sendable {
  private let isSeen = isatty(STDERR_FILENO) == 1
  private let shown = Mutex(-1)

  func show(_ share: Double) {
    let percent = Int(share * 100)
    let isNews = shown.withLock { last in
      defer { last = percent }
      return last != percent
    }
    guard isSeen && isNews else { return }
    let bar = String(repeating: "█", count: percent / 4)
      .padding(toLength: 25, withPad: "·", startingAt: 0)
    FileHandle.standardError.write(Data("\r\(bar) \(percent) %".utf8))
  }

  func clear() {
    if isSeen { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }
}
