package import Domain
import Foundation
package import Store

/// One writing of a part of the registry to a file that an import reads.
///
/// A page at a time is in memory, and seen as it is when it is read: what is written in the
/// meantime may or may not be in the file.
package struct ExportRun: Sendable {
  package let registry: Registry
  package let kind: ImportKind
  package let actor: Actor
  package let separator: Character
  package let pageRows: Int

  /// Describes a run.
  package init(
    _ registry: Registry, _ kind: ImportKind, by actor: Actor, separator: Character = ",",
    pageRows: Int = 5_000
  ) {
    self.registry = registry
    self.kind = kind
    self.actor = actor
    self.separator = separator
    self.pageRows = pageRows
  }

  /// Writes everything, piece by piece, and answers the number of rows.
  package func write(_ put: ([UInt8]) throws -> Void) async throws -> Int {
    try put(line(ImportColumns.of(kind).exported))
    switch kind {
    case .donors: return try await donors(put)
    case .deferrals: return try await deferrals(put)
    case .donations: return try await donations(put)
    }
  }

  private func donors(_ put: ([UInt8]) throws -> Void) async throws -> Int {
    var (last, count) = (0, 0)
    while true {
      let page = try await registry.exportDonors(
        after: last, limit: pageRows, by: actor, at: Date())
      guard let end = page.last else { return count }
      try put(page.flatMap { line($0.cells) })
      last = end.donorNumber
      count += page.count
    }
  }

  private func deferrals(_ put: ([UInt8]) throws -> Void) async throws -> Int {
    var (last, count) = (0, 0)
    while true {
      let page = try await registry.exportDeferrals(
        after: last, limit: pageRows, by: actor, at: Date())
      guard let end = page.last else { return count }
      try put(page.deferrals.flatMap { line($0.cells) })
      last = end
      count += page.deferrals.count
    }
  }

  private func donations(_ put: ([UInt8]) throws -> Void) async throws -> Int {
    var (last, count) = ("", 0)
    while true {
      let page = try await registry.exportDonations(
        after: last, limit: pageRows, by: actor, at: Date())
      guard let end = page.last else { return count }
      try put(page.flatMap { line($0.cells) })
      last = end.din.text
      count += page.count
    }
  }

  private func line(_ cells: [String?]) -> [UInt8] {
    let text = cells.map { CSVText.quoted($0 ?? "", separator) }
      .joined(separator: String(separator))
    return Array((text + "\r\n").utf8)
  }
}

extension ImportColumns {
  /// The columns of an export: all but the donor's IIN beside other records.
  fileprivate var exported: [String] { names.filter { $0 != "donor_iin" } }
}

extension ExportedDonor {
  fileprivate var cells: [String?] {
    [
      String(donorNumber), externalId, familyName, givenName, patronymic, sex.rawValue,
      birthDate.description, iin?.digits, phone?.text, language, region,
      latinName, iinMismatchReason,
    ]
  }
}

extension ExportedDeferral {
  fileprivate var cells: [String?] {
    [
      String(donor.donorNumber), donor.donorExternalId, donor.donorBirthDate.description, reason,
      fromOn.description, untilOn?.description, source, endedOn?.description, endReason,
      kind.rawValue, centre, note,
    ]
  }
}

extension ExportedDonation {
  fileprivate var cells: [String?] {
    [
      String(donorNumber), donorExternalId, donorBirthDate.description, din.text,
      driveId.description, siteId.description, kind.rawValue, intent.rawValue, String(volumeMl),
      collectedOn.description, Instant.format(startedAt), Instant.format(endedAt),
      outcome.rawValue, state.rawValue,
    ]
  }
}
