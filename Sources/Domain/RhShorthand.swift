/// The genes of the Rh system as people write them short: `R1r`, `rr`.
///
/// Serology sees which antigens there are and not on which of the two chromosomes, so most of
/// these are the likeliest of several; only where a single pair fits is it certain.
package struct RhShorthand: Codable, Sendable, Hashable {
  /// Such as `R1r`.
  package let genotype: String
  /// The same spelt out: `DCe/dce`.
  package let haplotypes: String
  /// Whether other pairs would look the same.
  package let probable: Bool

  /// Finds the pair that fits; nil when an antigen is not known or none fits.
  package init?(d: Bool?, bigC: Bool?, smallC: Bool?, bigE: Bool?, smallE: Bool?) {
    guard let d, let bigC, let smallC, let bigE, let smallE else { return nil }
    let fitting = RhPair.all.filter {
      $0.shows(d: d, bigC: bigC, smallC: smallC, bigE: bigE, smallE: smallE)
    }
    let usual = RhPair.usual.compactMap { name in fitting.first { $0.genotype == name } }.first
    guard let pair = fitting.count == 1 ? fitting.first : usual else { return nil }
    genotype = pair.genotype
    haplotypes = pair.haplotypes
    probable = fitting.count > 1
  }
}

/// One chromosome's genes of the Rh system.
private struct RhHaplotype {
  let name: String
  let d: Bool
  let bigC: Bool
  let bigE: Bool

  var spelling: String { (d ? "D" : "d") + (bigC ? "C" : "c") + (bigE ? "E" : "e") }

  /// All eight, in the order in which a pair names its two.
  static let all = [
    RhHaplotype(name: "R1", d: true, bigC: true, bigE: false),
    RhHaplotype(name: "R2", d: true, bigC: false, bigE: true),
    RhHaplotype(name: "R0", d: true, bigC: false, bigE: false),
    RhHaplotype(name: "Rz", d: true, bigC: true, bigE: true),
    RhHaplotype(name: "r'", d: false, bigC: true, bigE: false),
    RhHaplotype(name: "r''", d: false, bigC: false, bigE: true),
    RhHaplotype(name: "ry", d: false, bigC: true, bigE: true),
    RhHaplotype(name: "r", d: false, bigC: false, bigE: false),
  ]
}

/// The genes of both chromosomes.
private struct RhPair {
  let first: RhHaplotype
  let second: RhHaplotype

  var genotype: String { first.name + second.name }
  var haplotypes: String { "\(first.spelling)/\(second.spelling)" }

  static let all = RhHaplotype.all.indices.flatMap { index in
    RhHaplotype.all[index...].map { RhPair(first: RhHaplotype.all[index], second: $0) }
  }

  /// What is presumed where several pairs fit: the commonest among Europeans and Asians alike.
  static let usual = [
    "R1R1", "R1r", "R1R2", "R2r", "R2R2", "R0r", "R1Rz", "R2Rz", "RzRz", "r'r''",
  ]

  /// Whether cells with these genes show exactly these antigens.
  func shows(d: Bool, bigC: Bool, smallC: Bool, bigE: Bool, smallE: Bool) -> Bool {
    (first.d || second.d) == d
      && (first.bigC || second.bigC) == bigC && (first.bigC && second.bigC) != smallC
      && (first.bigE || second.bigE) == bigE && (first.bigE && second.bigE) != smallE
  }
}
