import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import App

private let donors = """
  external_id,donor_number,family_name,sex,birth_date,iin
  A-1,700,Ахметова,f,1990-05-17,\(iin(0))

  """

@Test func `a reason of another system is kept in its own words, and bars as long`() async throws {
  try await World.lend { world in
    _ = try await world.reading(.donors, donors)
    let outcome = try await world.reading(
      .deferrals,
      """
      donor_number,reason,from,until,source,ended_on,end_reason,kind,centre,note
      700,"отвод по ст. 14б",2026-01-01,,,,,,,"из карточки"
      700,tuberculosis,2026-01-02,,other_centre,,,,Ақтөбе,
      700,brucellosis,2026-01-03,,,2026-02-01,recovered,,,
      700,tattoo,2026-01-04,2026-05-04,,,,,,
      700,heart,2026-01-05,,,,,permanent,,
      """)
    #expect(outcome.counts == [5, 0, 0, 0], "\(outcome.words)")
    let donor = try await world.books(
      "select id from donors where donor_number = 700", as: ID<Donor>.self)[0]
    let kept = try await world.registry.deferrals(of: donor, as: world.staff.authority)
      .sorted { $0.from < $1.from }
    #expect(
      kept.map { "\($0.reason) \($0.kind.rawValue)" } == [
        "отвод по ст. 14б until_lifted", "tuberculosis permanent", "brucellosis until_lifted",
        "tattoo temporary", "heart permanent",
      ])
    #expect(kept.map(\.source) == ["manual", "other_centre", "manual", "manual", "manual"])
    #expect(kept[0].note == "из карточки" && kept[1].centre == "Ақтөбе")
    let text = try await world.exporting(.deferrals)
    #expect(try await world.reading(.deferrals, text).counts == [0, 5, 0, 0])
  }
}

@Test func `a row whose kind contradicts its days is refused`() async throws {
  try await World.lend { world in
    _ = try await world.reading(.donors, donors)
    let outcome = try await world.reading(
      .deferrals,
      """
      donor_number,reason,from,until,source,ended_on,end_reason,kind,centre
      700,tattoo,2026-01-01,,,,,temporary,
      700,tattoo,2026-01-01,2026-05-01,,,,permanent,
      700,heart,2026-01-01,,,2026-02-01,healed,permanent,
      700,heart,2026-01-01,,other_centre,,,,
      700,heart,2026-01-01,,manual,,,,Ақтөбе
      """)
    #expect(
      outcome.words == [
        "2 kind deferral_kind_contradicted", "3 kind deferral_kind_contradicted",
        "4 kind deferral_kind_contradicted", "5 centre centre_goes_with_other_centre",
        "6 centre centre_goes_with_other_centre",
      ])
    #expect(outcome.counts == [0, 0, 5, 0])
  }
}
