import Domain
import Foundation
import Testing

@Suite struct RefusalTests {
  @Test func `a refusal has a code a machine can rely on`() {
    let refusals: [any Refusal] = [
      DonationNumberMistake.malformed, DonationNumberMistake.checkCharacterWrong,
      IdentityNumberMistake.malformed(kind: "iin"),
      IdentityNumberMistake.unassignable(kind: "bin"),
      ShelfLifeRefusal.notInPolicy(.plasma, nil),
    ]
    #expect(Set(refusals.map(\.code)).count == refusals.count)
    for code in refusals.map(\.code) {
      #expect(code.allSatisfy { $0 == "_" || ("a"..."z").contains($0) }, "\(code)")
    }
  }

  @Test func `a problem names the field by its pointer`() throws {
    let problem = FieldProblem("/birth_date", "date_malformed", facts: ["given": "2026-02-30"])
    let json = try JSONEncoder().encode(problem)
    #expect(try JSONDecoder().decode(FieldProblem.self, from: json) == problem)
    #expect(InvalidInput([problem]).problems.map(\.pointer) == ["/birth_date"])
  }
}
