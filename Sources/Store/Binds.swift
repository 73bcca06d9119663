import Domain
import Postgres

// What crosses into statements as text.
extension ID: Bindable {
  static var needsQuotes: Bool { false }
  func write(to text: inout BindText) { uuid.write(to: &text) }
}
extension Day: Bindable {
  func write(to text: inout BindText) throws { try description.write(to: &text) }
}
extension DonationNumber: Bindable {
  func write(to bind: inout BindText) throws { try text.write(to: &bind) }
}
extension BloodGroup: Bindable {
  func write(to text: inout BindText) throws { try code.write(to: &text) }
}
extension Component: Bindable {}
extension UnitState: Bindable {}
extension RequestState: Bindable {}
extension AllocationState: Bindable {}
extension TestResult: Bindable {}
extension RhDObservation: Bindable {}
extension TypingMethod: Bindable {}
extension VisitOutcome: Bindable {}
extension Role: Bindable {}
extension Urgency: Bindable {}
extension DriveState: Bindable {}
extension ResolutionKind: Bindable {}
extension ResolutionState: Bindable {}
extension SiteKind: Bindable {}
