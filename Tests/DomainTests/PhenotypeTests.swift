import Domain
import Foundation
import Testing

struct PhenotypeTests {
  private let donor = ID<Donor>.new(at: Date(timeIntervalSince1970: 0))

  /// Readings written as `tube: C+ c- K-`.
  private func readings(_ texts: [String]) throws -> [Phenotype.Reading] {
    try texts.enumerated().map { index, text in
      let parts = text.split(separator: ":")
      let results = try parts[1].split(separator: " ").map { word in
        AntigenResult(
          try #require(Antigen(rawValue: String(word.dropLast()))),
          word.hasSuffix("+") ? .present : .absent)
      }
      let phenotyping = Phenotyping(
        id: .new(at: Date(timeIntervalSince1970: Double(index))),
        din: try DonationNumber("A999926000001"), sample: String(parts[0]), method: .serology,
        laboratory: nil, results: results, testedAt: Date(timeIntervalSince1970: Double(index)))
      return (phenotyping, String(parts[0]))
    }
  }

  private func policy() throws -> Policy {
    func rule(_ code: String, _ absent: [String], _ present: [String]? = nil) -> [String: Any] {
      let name = ["kk": code, "ru": code, "en": code]
      var row: [String: Any] = ["code": code, "name": name, "absent": absent]
      if let present { row["present"] = present }
      return PolicyFixture.cited(row)
    }
    return try PolicyFixture.policy([
      "rare_phenotypes": [
        rule("vel", ["Vel"]), rule("fy_null", ["Fya", "Fyb"]),
        rule("rz_rz", ["c", "e"], ["C", "E"]),
      ]
    ])
  }

  private func phenotype(_ texts: [String], rhd: RhD? = nil) throws -> Phenotype {
    Phenotype(of: donor, rhd: rhd, from: try readings(texts), under: try policy())
  }

  @Test(
    arguments: [
      ([], nil, false, 0, nil), (["a: K-"], .absent, false, 1, 0),
      (["a: K-", "a: K-"], .absent, false, 1, 1), (["a: K-", "b: K-"], .absent, false, 2, 1),
      (["a: K-", "b: k+"], .absent, false, 1, 0),
      (["a: K-", "b: K+"], nil, true, 0, 1), (["a: K-", "a: K+", "c: K-"], nil, true, 0, 2),
    ] as [([String], AntigenPresence?, Bool, Int, Double?)])
  func `an antigen is what all its tests say, and unknown while they disagree`(
    texts: [String], result: AntigenPresence?, conflict: Bool, tests: Int, last: Double?
  ) throws {
    let phenotype = try phenotype(texts)
    #expect(phenotype.antigens.map(\.antigen) == Antigen.allCases)
    let typed = try #require(phenotype.antigens.first { $0.antigen == .bigK })
    #expect(typed.result == result && typed.conflict == conflict)
    #expect(typed.concordantTests == tests)
    #expect(typed.lastTestedAt == last.map { Date(timeIntervalSince1970: $0) })
    #expect(phenotype.result(of: .bigK) == result)
    #expect(phenotype.phenotypings.count == texts.count, "nothing is written over")
  }

  @Test(
    arguments: [
      ("C- c+ E- e+", RhD.negative, "rr", "dce/dce", false),
      ("C+ c+ E- e+", .negative, "r'r", "dCe/dce", false),
      ("C- c+ E+ e+", .negative, "r''r", "dcE/dce", false),
      ("C+ c- E- e+", .negative, "r'r'", "dCe/dCe", false),
      ("C- c+ E+ e-", .negative, "r''r''", "dcE/dcE", false),
      ("C+ c- E+ e-", .negative, "ryry", "dCE/dCE", false),
      ("C+ c+ E+ e+", .negative, "r'r''", "dCe/dcE", true),
      ("C+ c- E- e+", .positive, "R1R1", "DCe/DCe", true),
      ("C+ c+ E- e+", .positive, "R1r", "DCe/dce", true),
      ("C+ c+ E+ e+", .positive, "R1R2", "DCe/DcE", true),
      ("C- c+ E+ e+", .positive, "R2r", "DcE/dce", true),
      ("C- c+ E+ e-", .positive, "R2R2", "DcE/DcE", true),
      ("C- c+ E- e+", .positive, "R0r", "Dce/dce", true),
      ("C+ c- E+ e+", .positive, "R1Rz", "DCe/DCE", true),
      ("C+ c+ E+ e-", .positive, "R2Rz", "DcE/DCE", true),
      ("C+ c- E+ e-", .positive, "RzRz", "DCE/DCE", true),
    ] as [(String, RhD, String, String, Bool)])
  func `the Rh genes are told in short, and called probable where others look the same`(
    antigens: String, rhd: RhD, genotype: String, haplotypes: String, probable: Bool
  ) throws {
    let rh = try #require(try phenotype(["a: \(antigens)"], rhd: rhd).rh)
    #expect(rh.genotype == genotype && rh.haplotypes == haplotypes)
    #expect(rh.probable == probable)
  }

  @Test func `without one of the five antigens the Rh genes have no short name`() throws {
    #expect(try phenotype(["a: C- c+ E- e+"]).rh == nil)
    #expect(try phenotype(["a: C- c+ E-"], rhd: .negative).rh == nil)
    #expect(try phenotype(["a: C- c+ E- e+", "b: E+"], rhd: .negative).rh == nil, "a conflict")
    #expect(try phenotype(["a: C- c- E- e+"], rhd: .positive).rh == nil, "such as D--")
  }

  @Test(
    arguments: [
      ([], []), (["a: Vel-"], ["vel"]), (["a: Vel+"], []), (["a: Vel-", "b: Vel+"], []),
      (["a: Fya-"], []), (["a: Fya-", "b: Fyb-"], ["fy_null"]),
      (["a: Fya- Fyb- Vel-"], ["vel", "fy_null"]), (["a: c- e-"], []),
      (["a: c- e- C+ E+"], ["rz_rz"]), (["a: c- e- C+ E+", "b: C-"], []),
    ] as [([String], [String])])
  func `blood is rare by what is certainly absent and certainly there`(
    texts: [String], codes: [String]
  ) throws {
    #expect(try phenotype(texts).rare.map(\.code) == codes)
  }

  @Test func `a rule of rare blood that says nothing, or both, is a mistake`() throws {
    let name = ["kk": "x", "ru": "x", "en": "x"]
    let wrong = try PolicyFixture.policy([
      "rare_phenotypes": [
        PolicyFixture.cited(["code": "a", "name": name, "absent": [String]()]),
        PolicyFixture.cited(["code": "b", "name": name, "absent": ["K"], "present": ["K"]]),
        PolicyFixture.cited(["code": "b", "name": name, "absent": ["k"]]),
      ]
    ])
    #expect(
      wrong.validate().map(\.description) == [
        "Nothing is absent, so nothing is rare.", "An antigen is both absent and present.",
        "The code b stands twice.",
      ])
    #expect(try policy().validate().isEmpty)
  }
}
