import ArgumentParser
import Domain
import Foundation

/// `tamshy doctor`: looks at an installation before or while it serves.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look for what is wrong with this installation.",
    discussion: """
      Every line is ok, warn or fail, and says what to do next. Nothing is changed. It looks
      at the database that TAMSHY_DATABASE_URL names, or at the one of `tamshy up`.

      Examples:
        tamshy doctor
        TAMSHY_CONFIG=/etc/tamshy/tamshy.yaml tamshy doctor
        tamshy doctor --json | jq '.findings[] | select(.verdict != "ok")'

      Exit codes: 0 nothing fails, 1 something does.
      """)

  @Flag(help: "Print JSON.")
  var json = false
  @Option(help: "The state folder of `tamshy up` (default: this user's).")
  var stateDir: String?

  private struct Report: Encodable {
    let ok: Bool
    let findings: [Finding]
  }

  func run() async throws {
    var findings: [Finding] = []
    try await running {
      do {
        let doctor = Doctor(settings: try await Settings.load(), stateDir: stateDir)
        findings = await doctor.findings()
      } catch let failure as Failure {
        // A doctor does not fall ill of what the patient has.
        findings = [.fail("settings", failure.description, next: "Mend the settings.")]
      }
      let ok = !findings.contains { $0.verdict == .fail }
      say(json ? try Wire.text(Report(ok: ok, findings: findings)) : Self.table(findings))
    }
    if findings.contains(where: { $0.verdict == .fail }) { throw ExitCode(1) }
  }

  private static func table(_ findings: [Finding]) -> String {
    let width = findings.map(\.check.count).max() ?? 0
    return findings.map { finding in
      let check = finding.check.padding(toLength: width, withPad: " ", startingAt: 0)
      let verdict = finding.verdict.rawValue.padding(toLength: 4, withPad: " ", startingAt: 0)
      let line = "\(verdict)  \(check)  \(finding.found)"
      guard let next = finding.next else { return line }
      return line + "\n" + String(repeating: " ", count: width + 8) + "→ " + next
    }.joined(separator: "\n")
  }
}
