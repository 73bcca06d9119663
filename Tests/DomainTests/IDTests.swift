import Domain
import Foundation
import Testing

@Suite struct IDTests {
  private enum Bag {}

  @Test func `an id made later sorts later, however the dice fall`() throws {
    var dice = Seeded(7)
    let start = Date(timeIntervalSince1970: 1_767_225_600)
    let ids = (0..<500).map { ID<Bag>.new(at: start + Double($0) / 1000, using: &dice) }
    for (earlier, later) in zip(ids, ids.dropFirst()) {
      #expect(earlier < later, "seed \(dice.seed)")
      #expect(earlier.description < later.description, "seed \(dice.seed)")
    }
  }

  @Test func `an id is a UUID of version 7 and tells its millisecond`() throws {
    var dice = Seeded(11)
    let id = ID<Bag>.new(at: Date(timeIntervalSince1970: 1_645_557_742), using: &dice)
    // The moment of the example in RFC 9562, appendix A.6.
    #expect(id.description.hasPrefix("017f22e2-79b0-7"))
    let variant = try #require(Array(id.description)[19].hexDigitValue)
    #expect(variant >> 2 == 0b10)
  }

  @Test(arguments: [-1e300, -1, 1e300, .infinity, .nan])
  func `an absurd clock still makes an id`(seconds: Double) {
    let id = ID<Bag>.new(at: Date(timeIntervalSince1970: seconds))
    #expect(ID<Bag>(id.description) == id)
  }

  @Test func `two ids of one moment differ`() {
    let now = Date(timeIntervalSince1970: 1_767_225_600)
    #expect(ID<Bag>.new(at: now) != ID<Bag>.new(at: now))
  }

  @Test func `only the canonical form is an id`() throws {
    let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    #expect(try #require(ID<Bag>(text)).description == text)
    #expect(ID<Bag>(text.uppercased())?.description == text)
    for wrong in [
      "", "017f22e279b07cc398c4dc0c0c07398f", "{\(text)}", text + " ", " " + text,
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e279-b0-7cc3-98c4-dc0c0c07398f",
      "017f22e2-79b0-7cc3-98c4-dc0c0c0739٣", "+17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    ] {
      #expect(ID<Bag>(wrong) == nil, "\(wrong)")
    }
  }

  @Test func `an id travels as text in lower case`() throws {
    let id = try #require(ID<Bag>("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"))
    let json = String(decoding: try JSONEncoder().encode([id]), as: UTF8.self)
    #expect(json == #"["017f22e2-79b0-7cc3-98c4-dc0c0c07398f"]"#)
    #expect(try JSONDecoder().decode([ID<Bag>].self, from: Data(json.utf8)) == [id])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([ID<Bag>].self, from: Data(#"["O-"]"#.utf8))
    }
  }
}
