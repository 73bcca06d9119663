/// Who compared a value of a policy with the legal text, and where it stands there.
///
/// It is bound to the policy, its version and the value itself: once the value
/// changes, nobody has confirmed it any more.
package struct Confirmation: Hashable, Sendable, Codable {
  /// The code of the policy, such as `KZ`.
  package let policy: String
  /// The version of the policy that was read.
  package let version: Int
  /// Where the value stands in the policy: `ages[0]`, `demand_days`.
  package let value: String
  /// What it said when it was compared, without source and status.
  package let says: String
  /// Where it stands in the law: act, article, address.
  package let citation: String
  /// The person who compared it.
  package let confirmedBy: String
  /// The civil day on which that was done.
  package let on: Day

  /// Records a confirmation.
  package init(
    policy: PolicyVersion, value: String, says: String, citation: String, confirmedBy: String,
    on: Day
  ) {
    self.policy = policy.code
    version = policy.version
    self.value = value
    self.says = says
    self.citation = citation
    self.confirmedBy = confirmedBy
    self.on = on
  }

  /// Whether it still speaks of a value as it is.
  package func holds(for policy: PolicyVersion, saying says: String) -> Bool {
    self.policy == policy.code && version == policy.version && self.says == says
  }

  private enum CodingKeys: String, CodingKey {
    case policy, version, value, says, citation, on
    case confirmedBy = "confirmed_by"
  }
}
