import Domain
import Testing

@testable import App

private func sentences(
  _ line: String, _ kind: ImportKind = .donors, _ language: String = "en"
)
  -> [String]
{
  do {
    _ = try ImportHeader(Array(line.utf8), of: kind)
    return []
  } catch let mistake as ImportMistake {
    return (try? mistake.sentences(in: language)) ?? ["\(mistake)"]  // Shown by the test.
  } catch {
    return ["\(error)"]
  }
}

@Test(arguments: [
  "family_name,sex,birth_date", "Family_Name; SEX ;birth_date;", "sex\tbirth_date\tfamily_name",
  "\"family_name\",\"sex\",\"birth_date\",\"iin\"",
])
func `columns are known in any order, by any separator`(line: String) {
  #expect(sentences(line) == [])
}

@Test func `a misspelt column is told with the one that was meant`() {
  #expect(
    sentences("famly_name,sex,birthdate") == [
      "There is no column \"famly_name\". Did you mean family_name?",
      "There is no column \"birthdate\". Did you mean birth_date?",
      "The column family_name is missing.", "The column birth_date is missing.",
    ])
  #expect(
    sentences("family_name,sex,birth_dat", .donors, "ru")[0]
      == "Столбца «birth_dat» нет. Возможно, это birth_date?")
}

@Test func `a column that is nothing like any other is told with all there are`() {
  let told = sentences("family_name,sex,birth_date,shoe size")
  #expect(told.count == 1 && told[0].contains("shoe size") && told[0].contains("external_id"))
}

@Test func `a number in the place of a name is not repeated`() {
  #expect(!sentences("family_name,sex,birth_date,900517400012").joined().contains("900517400012"))
}

@Test func `a column that is there twice or not at all is a mistake`() {
  #expect(sentences("family_name,sex,birth_date,sex")[0].contains("twice"))
  #expect(sentences("reason,from", .deferrals)[0].contains("donor_number, donor_external_id"))
  #expect(sentences("din,kind,volume_ml,collected_on,donor_number", .donations).count == 1)
  #expect(throws: ImportMistake.empty) { try ImportHeader([], of: .donors) }
}
