package import FoundationEssentials

/// A laboratory's word, given by hand, that a donor's blood is rare.
package struct RareFlag: Codable, Sendable, Hashable {
  package let id: ID<RareFlag>
  package let donorId: ID<Donor>
  package let reason: String
  package let flaggedAt: Date
  /// When it was taken back; the flag itself is kept.
  @OrNull package var endedAt: Date?
  @OrNull package var endReason: String?

  /// Describes a flag.
  package init(
    id: ID<RareFlag>, donorId: ID<Donor>, reason: String, flaggedAt: Date, endedAt: Date? = nil,
    endReason: String? = nil
  ) {
    self.id = id
    self.donorId = donorId
    self.reason = reason
    self.flaggedAt = flaggedAt
    self.endedAt = endedAt
    self.endReason = endReason
  }

  /// The flag as it is once taken back.
  ///
  /// - Throws: ``RareFlagRefusal`` when it is that already.
  package func ended(at now: Date, because reason: String) throws(RareFlagRefusal) -> RareFlag {
    guard endedAt == nil else { throw .alreadyEnded }
    var flag = self
    flag.endedAt = now
    flag.endReason = reason
    return flag
  }
}

/// Why a flag is not taken back.
package enum RareFlagRefusal: Refusal {
  case alreadyEnded

  package var code: String { "rare_flag_already_ended" }
}
