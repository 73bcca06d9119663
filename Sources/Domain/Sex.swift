/// Sex as the rules of donation know it.
package enum Sex: String, CaseIterable, Hashable, Sendable, Codable {
  case female
  case male
}
