import Domain

// A blood group in its parts, as a laboratory sees them.
extension Fields {
  /// What was seen of the D antigen; nil when it was not sent.
  func optionalRhD(_ name: String) -> RhDFinding? {
    guard let fields = object(name) else { return nil }
    defer { fields.close() }
    if !fields.has("observed") { fields.complain("observed", "required") }
    let observed = fields.optionalChoice("observed", among: RhDObservation.allCases)
    let type = fields.optionalText("type")
    if type != nil, observed == .positive || observed == .negative {
      fields.complain("type", "not_of_this_observation")
    }
    let (method, reagents, strength) = (
      fields.choice("method", or: TypingMethod.serology), fields.optionalText("reagents"),
      fields.optionalText("strength")
    )
    return observed.map {
      RhDFinding($0, type: type, method: method, reagents: reagents, strength: strength)
    }
  }

  /// The group for a donor's label: written as one, or as `abo` and what was seen of the D
  /// antigen; where a form has both they must agree.
  func bloodGroup(seenWith rhd: RhDFinding?) -> BloodGroup {
    let abo = optionalChoice("abo", among: ABO.allCases)
    if has("blood_group") {
      guard let group = optionalBloodGroup("blood_group") else { return .oNegative }
      if let abo, abo != group.abo { complain("abo", "group_contradicted") }
      if let rhd, rhd.asDonor != group.rhd { complain("rhd", "group_contradicted") }
      return group
    }
    if !has("abo") && !has("rhd") {
      complain("blood_group", "required")
    } else if !has("abo") {
      complain("abo", "required")
    } else if !has("rhd") {
      complain("rhd", "required")
    }
    return BloodGroup(abo ?? .o, rhd?.asDonor ?? .negative)
  }
}
