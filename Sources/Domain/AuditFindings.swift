/// Something in the audit that is not as it was written.
package struct AuditFinding: Codable, Sendable, Hashable {
  /// What is wrong.
  package let what: What
  /// The chain: a site, or the nil UUID.
  package let chain: ID<Site>
  /// The link, or the first of several.
  @OrNull package var number: Int?
  /// The last of several links.
  @OrNull package var through: Int?
  /// The event.
  @OrNull package var event: Int?

  /// The ways in which an audit can be wrong.
  package enum What: String, Codable, Sendable, CaseIterable {
    /// A row says something else than when it was sealed.
    case eventEdited = "event_edited"
    /// A sealed row is gone.
    case eventRemoved = "event_removed"
    /// A row is in no link of its transaction: it was added, or its link was taken away.
    case eventUnsealed = "event_unsealed"
    /// A link says something else than when it was written.
    case linkEdited = "link_edited"
    /// Links are gone, from the middle of a chain or, as a signed head tells, from its end.
    case linkRemoved = "link_removed"
    /// A signature of a head is not the key's, or not by a key that is trusted.
    case signatureInvalid = "signature_invalid"
  }

  /// Names what is wrong, and where.
  package init(what: What, chain: ID<Site>, number: Int?, through: Int?, event: Int?) {
    self.what = what
    self.chain = chain
    self.number = number
    self.through = through
    self.event = event
  }
}

/// What a verification looked at and found.
package struct AuditVerdict: Codable, Sendable, Hashable {
  package let events: Int
  package let links: Int
  package let chains: Int
  package let signedHeads: Int
  /// Nothing when everything is as it was written; a thousand at most of one stretch.
  package let findings: [AuditFinding]

  /// Collects what was looked at and found.
  package init(
    events: Int, links: Int, chains: Int, signedHeads: Int, findings: [AuditFinding]
  ) {
    self.events = events
    self.links = links
    self.chains = chains
    self.signedHeads = signedHeads
    self.findings = findings
  }
}

extension AuditFinding: Comparable {
  /// By chain, link and event.
  package static func < (left: Self, right: Self) -> Bool {
    (left.chain, left.number ?? 0, left.event ?? 0, left.what.rawValue)
      < (right.chain, right.number ?? 0, right.event ?? 0, right.what.rawValue)
  }
}
