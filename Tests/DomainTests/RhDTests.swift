import Domain
import Foundation
import Testing

struct RhDTests {
  @Test(
    arguments: [
      (RhDObservation.positive, nil, TypingMethod.serology, RhD.positive, RhD.positive),
      (.negative, nil, .serology, .negative, .negative),
      (.weakD, nil, .serology, .positive, .negative),
      (.weakD, "type 1", .serology, .positive, .negative),
      (.weakD, "type 1", .genotype, .positive, .positive),
      (.weakD, "Type  2", .genotype, .positive, .positive),
      (.weakD, "weak D type 3", .genotype, .positive, .positive),
      (.weakD, "RHD*weak D type 3", .genotype, .positive, .positive),
      (.weakD, "RHD*01W.2", .genotype, .positive, .positive),
      (.weakD, "тип 1", .genotype, .positive, .positive),
      (.weakD, "3", .genotype, .positive, .positive),
      // Relatives of these types, and all others, are as good as unknown.
      (.weakD, "type 1.1", .genotype, .positive, .negative),
      (.weakD, "type 4.2", .genotype, .positive, .negative),
      (.weakD, "type 11", .genotype, .positive, .negative),
      (.weakD, "type 1 or 4", .genotype, .positive, .negative),
      (.weakD, "RHD*1", .genotype, .positive, .negative),
      (.weakD, "RHD*01W.33", .genotype, .positive, .negative),
      (.weakD, nil, .genotype, .positive, .negative),
      (.dVariant, "DVI", .genotype, .positive, .negative),
      (.dVariant, "type 1", .genotype, .positive, .negative),
      (.dVariant, nil, .serology, .positive, .negative),
    ] as [(RhDObservation, String?, TypingMethod, RhD, RhD)])
  func `a person may be RhD positive as a donor and negative as a patient`(
    observed: RhDObservation, type: String?, method: TypingMethod, asDonor: RhD, asPatient: RhD
  ) {
    let finding = RhDFinding(observed, type: type, method: method)
    #expect(finding.asDonor == asDonor)
    #expect(finding.asPatient == asPatient)
  }

  @Test func `a finding is told with both conclusions, and read back without them`() throws {
    let finding = RhDFinding(.weakD, type: "type 1", method: .genotype, strength: "1+")
    let text = try Wire.text(finding)
    #expect(
      text == """
        {"as_donor":"positive","as_patient":"positive","method":"genotype","observed":"weak_d",\
        "reagents":null,"strength":"1+","type":"type 1"}
        """)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    #expect(try decoder.decode(RhDFinding.self, from: Data(text.utf8)) == finding)
  }

  @Test(arguments: ["weak D", "Du+", "A weak D", "парциальный D"])
  func `no notation of a weak D is a plain group`(text: String) {
    guard case .weakD? = BloodGroup.read(text) else {
      Issue.record("\(text) is read as \(String(describing: BloodGroup.read(text)))")
      return
    }
  }
}
