package import FoundationEssentials

/// An antigen of red cells beside ABO and D that laboratories look for.
///
/// The code is the field's name without raised letters; its case counts: `K` and `k` are two.
package enum Antigen: String, Codable, Sendable, CaseIterable {
  case bigC = "C"
  case smallC = "c"
  case bigE = "E"
  case smallE = "e"
  case cw = "Cw"
  case bigK = "K"
  case smallK = "k"
  case kpa = "Kpa"
  case kpb = "Kpb"
  case fya = "Fya"
  case fyb = "Fyb"
  case jka = "Jka"
  case jkb = "Jkb"
  case bigM = "M"
  case bigN = "N"
  case bigS = "S"
  case smallS = "s"
  case u = "U"
  case p1 = "P1"
  case lea = "Lea"
  case leb = "Leb"
  case lua = "Lua"
  case lub = "Lub"
  case doa = "Doa"
  case dob = "Dob"
  case coa = "Coa"
  case cob = "Cob"
  case dia = "Dia"
  case vel = "Vel"
  case h = "H"
}

/// Whether an antigen is on the cells.
package enum AntigenPresence: String, Codable, Sendable, CaseIterable {
  case present
  case absent
}

/// What one test said of one antigen.
package struct AntigenResult: Codable, Sendable, Hashable {
  package let antigen: Antigen
  package let result: AntigenPresence

  /// Describes a result.
  package init(_ antigen: Antigen, _ result: AntigenPresence) {
    self.antigen = antigen
    self.result = result
  }
}

/// One laboratory's answers about the antigens of one sample.
package struct Phenotyping: Codable, Sendable, Hashable {
  package let id: ID<Phenotyping>
  package let din: DonationNumber
  /// The tube it was made from; two of one tube are one witness.
  package let sample: String
  package let method: TypingMethod
  /// Which laboratory made it, where that was written down.
  @OrNull package var laboratory: String?
  /// Each antigen once, in the order of the list.
  package let results: [AntigenResult]
  package let testedAt: Date

  /// Describes a phenotyping.
  package init(
    id: ID<Phenotyping>, din: DonationNumber, sample: String, method: TypingMethod,
    laboratory: String?, results: [AntigenResult], testedAt: Date
  ) {
    self.id = id
    self.din = din
    self.sample = sample
    self.method = method
    self.laboratory = laboratory
    self.results = results
    self.testedAt = testedAt
  }
}
