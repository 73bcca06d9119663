import Domain
import Testing

@Suite struct StateMachinesTests {
  @Test func `a drive is planned, opened and closed, and never opened again`() {
    check(
      DriveState.planned,
      ["planned>open", "planned>cancelled", "open>closed", "open>cancelled"])
  }

  @Test func `a donation is released or rejected, and rejected for ever`() {
    check(
      DonationState.collected,
      ["collected>released", "collected>rejected", "released>rejected"])
  }

  @Test func `a unit moves only as blood can move`() {
    check(
      UnitState.quarantined,
      [
        "quarantined>available", "quarantined>expired", "quarantined>discarded",
        "available>quarantined", "available>held", "available>expired", "available>discarded",
        "held>quarantined", "held>available", "held>issued", "held>expired", "held>discarded",
        "issued>received", "issued>returned", "issued>transfused", "issued>discarded",
        "received>returned", "received>transfused", "received>discarded",
        "returned>quarantined", "returned>expired", "returned>discarded", "expired>discarded",
      ])
  }

  @Test func `a request ends fulfilled, cancelled or lapsed`() {
    check(RequestState.open, ["open>fulfilled", "open>cancelled", "open>lapsed"])
  }

  @Test func `an allocation ends once`() {
    check(
      AllocationState.held,
      [
        "held>issued", "held>released", "held>expired", "held>withdrawn", "issued>received",
        "issued>returned", "received>returned",
      ])
  }

  @Test func `a step of two persons is decided once`() {
    check(ResolutionState.open, ["open>confirmed", "open>rejected"])
  }

  @Test func `a merge can be undone and anonymity cannot`() {
    check(DonorState.active, ["active>merged", "active>anonymised", "merged>active"])
  }

  @Test func `a transfused or discarded unit stays what it is`() {
    #expect(UnitState.transfused.isFinal)
    #expect(UnitState.discarded.isFinal)
    #expect(!UnitState.expired.isFinal)
  }

  /// Walks all pairs of stages, and from `first` to every stage there is.
  private func check<Stage: Lifecycle & RawRepresentable<String>>(
    _ first: Stage, _ allowed: Set<String>
  ) {
    for from in Stage.allCases {
      for to in Stage.allCases {
        let step = "\(from.rawValue)>\(to.rawValue)"
        #expect(from.canBecome(to) == allowed.contains(step), "\(step)")
      }
      #expect(from.isFinal == !allowed.contains { $0.hasPrefix("\(from.rawValue)>") })
    }
    var reached: Set<Stage> = [first]
    while true {
      let further = reached.union(reached.flatMap(\.next))
      if further == reached { break }
      reached = further
    }
    #expect(reached == Set(Stage.allCases))
  }
}
