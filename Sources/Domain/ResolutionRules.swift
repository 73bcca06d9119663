/// All determinations of a donor, with those that stand.
package struct DonorReadings: Sendable, Hashable {
  package let readings: [Reading]

  /// One determination, as far as a conflict is about it.
  package struct Reading: Codable, Sendable, Hashable {
    package let id: ID<Determination>
    package let bloodGroup: BloodGroup
    package let sample: String
    package let stands: Bool

    /// Describes a reading.
    package init(id: ID<Determination>, bloodGroup: BloodGroup, sample: String, stands: Bool) {
      self.id = id
      self.bloodGroup = bloodGroup
      self.sample = sample
      self.stands = stands
    }
  }

  /// Collects what is known of a donor.
  package init(_ readings: [Reading]) { self.readings = readings }

  /// What those that stand say together.
  package var conclusion: GroupConclusion { conclusion { $0.stands } }

  /// Ends a conflict by naming those that stand.
  ///
  /// They must make the group certain by themselves, as if the others had never been:
  /// two independent samples that agree. Where they are not there yet, one more
  /// determination comes first. Whatever was not known to the proposal makes it void:
  /// nobody signed for that.
  ///
  /// - Returns: The group that is certain then.
  package func resolve(
    standing: [ID<Determination>], seen: [ID<Determination>]
  ) throws(ResolutionRefusal) -> BloodGroup {
    guard Set(seen) == Set(readings.map(\.id)) else { throw .outdated }
    guard case .conflict = conclusion else { throw .noConflict }
    guard case .confirmed(let group) = conclusion(where: { standing.contains($0.id) }) else {
      throw .standingUnconfirmed
    }
    return group
  }

  private func conclusion(where stands: (Reading) -> Bool) -> GroupConclusion {
    GroupConclusion(readings.filter(stands).map { ($0.bloodGroup, $0.sample) })
  }
}

extension OpenLine {
  /// Lets two persons give an emergency a group that the rules would not.
  ///
  /// They decide about RhD and about substitution. What breaks the patient's red cells
  /// nobody may decide, and what is unsafe no search will find.
  package func checkOverride(
    with group: BloodGroup, under policy: Policy
  ) throws(ResolutionRefusal) {
    guard urgency == .emergency else { throw .notAnEmergency }
    guard outstanding > 0 else { throw .nothingOutstanding }
    let recipients = [bloodGroup] + (patientGroup.map { [$0] } ?? [])
    guard
      recipients.allSatisfy({
        component.match(donor: group, recipient: $0) != .incompatible
      })
    else { throw .overrideIncompatible }
    guard !groups(under: policy).contains(group) else { throw .overrideNotNeeded }
  }
}
