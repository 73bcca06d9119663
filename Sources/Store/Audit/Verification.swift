package import Domain
package import FoundationEssentials
package import Postgres
import SQL

/// A stretch of the audit that is verified at once.
private enum Stretch: Sendable {
  /// All rows and links of the transactions from one to another.
  case transactions(first: UInt64, last: UInt64)
  /// Links of a chain after a number.
  case links(chain: ID<Site>, after: Int, through: Int)
}

extension Registry {
  /// Finds every row and link of the audit that was edited, removed or added by hand.
  ///
  /// PostgreSQL does the hashing, several stretches at a time; only findings come over.
  /// Those who write meanwhile are neither held up nor in the way: a transaction's rows and
  /// links appear together.
  ///
  /// - Parameters:
  ///   - start: Takes what was sealed before for granted; nil verifies all.
  ///   - heads: Heads that were kept elsewhere.
  ///   - key: The keys whose signatures count; nil counts everybody's.
  ///   - progress: Told the share that is done.
  /// - Returns: What was looked at, and every finding.
  /// - Throws: `PostgresError` when the database cannot be read.
  package func verifyAudit(
    from start: Date? = nil, heads: SignedHeads? = nil, key: AuditKey? = nil,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> AuditVerdict {
    let (stretches, extent, headFindings) = try await unhurried { db in
      let extent = try db.auditExtent(from: start)
      return (
        extent.stretches, extent, try db.headFindings(heads?.heads ?? [], trusting: key)
      )
    }
    var findings = Set(headFindings)
    var done = 0
    try await withThrowingTaskGroup(of: [AuditFinding].self) { group in
      // A few at a time: PostgreSQL hashes on as many processors.
      for (index, stretch) in stretches.enumerated() {
        if index >= 4, let found = try await group.next() {
          findings.formUnion(found)
          done += 1
          progress(Double(done) / Double(stretches.count))
        }
        group.addTask { try await unhurried { db in try db.findings(in: stretch) } }
      }
      for try await found in group {
        findings.formUnion(found)
        done += 1
        progress(Double(done) / Double(stretches.count))
      }
    }
    return AuditVerdict(
      events: extent.events, links: extent.links, chains: extent.chains.count,
      signedHeads: extent.signedHeads, findings: findings.sorted())
  }

  /// Reads for as long as it takes: verifying is nobody's request.
  private func unhurried<T: Sendable>(
    _ body: @Sendable (Transaction) throws -> T
  ) async throws -> T {
    var options = TransactionOptions.read
    options.settings = Authority.system.settings
    return try await database.read(options, body)
  }
}

extension Transaction {
  /// Verifies all of the audit inside one transaction.
  package func verifiedAudit(
    heads: [SignedHead] = [], trusting key: AuditKey? = nil
  ) throws -> [AuditFinding] {
    let extent = try auditExtent(from: nil)
    let found = try extent.stretches.flatMap { try findings(in: $0) }
    return Set(found + (try headFindings(heads, trusting: key))).sorted()
  }

  fileprivate func findings(in stretch: Stretch) throws -> [AuditFinding] {
    switch stretch {
    case .transactions(let first, let last):
      try rows(.rowFindings, String(first), String(last))
    case .links(let chain, let after, let through):
      try rows(.linkFindings, chain, after, through)
    }
  }

  fileprivate func headFindings(
    _ heads: [SignedHead], trusting key: AuditKey?
  ) throws -> [AuditFinding] {
    struct Told: Encodable {
      let chain: ID<Site>
      let number: Int
      let hash: String
    }
    let signed = heads + (try rows(.signedHeads, as: SignedHead.self))
    let forged = signed.filter { head in
      !head.isValid || key.map { !$0.trusted.contains(head.keyId) } == true
    }
    let told = heads.map { Told(chain: $0.chain, number: $0.number, hash: $0.hash) }
    return try rows(.headFindings, JSON(told))
      + forged.map {
        AuditFinding(
          what: .signatureInvalid, chain: $0.chain, number: $0.number, through: nil, event: nil)
      }
  }

  fileprivate func auditExtent(from start: Date?) throws -> AuditExtent {
    struct Row: Decodable {
      let firstTransaction: Int
      let lastTransaction: Int
      let events: Int
      let links: Int
    }
    let row = try one(.auditExtent, start, as: Row.self)
    return AuditExtent(
      transactions: row.firstTransaction..<max(row.firstTransaction, row.lastTransaction) + 1,
      events: row.events, links: row.links, chains: try rows(.chainExtents, start),
      signedHeads: try rows(.signedHeads, as: SignedHead.self).count)
  }
}

/// How much there is to verify.
private struct AuditExtent: Sendable {
  let transactions: Range<Int>
  let events: Int
  let links: Int
  let chains: [Chain]
  let signedHeads: Int

  struct Chain: Decodable, Sendable {
    let chain: ID<Site>
    let last: Int
    let verified: Int
  }

  /// Rows that are compared at once: few enough for PostgreSQL to keep them in memory.
  private static let most = 20_000

  var stretches: [Stretch] {
    let pieces = (events + links) / Self.most + 1
    let width = transactions.count / pieces + 1
    let rows = stride(from: transactions.lowerBound, to: transactions.upperBound, by: width)
      .map { first in
        // The last has no end: a number out of all bounds is a forger's.
        let isLast = transactions.upperBound - first <= width
        return Stretch.transactions(
          first: UInt64(first), last: isLast ? .max : UInt64(first + width - 1))
      }
    return rows + chains.flatMap(links(of:))
  }

  /// The links of a chain; however large a number somebody gave one, not too many pieces.
  private func links(of chain: Chain) -> [Stretch] {
    let width = max(Self.most, (chain.last - chain.verified) / (links / Self.most + 1) + 1)
    return stride(from: chain.verified, to: chain.last, by: width).map { after in
      Stretch.links(
        chain: chain.chain, after: after,
        through: chain.last - after > width ? after + width : chain.last)
    }
  }
}
