import Foundation
import JSONText
import Testing

private let sorting = JSONWriter(sortsMembers: true) { date, bytes in
  bytes.append(contentsOf: "at \(Int(date.timeIntervalSince1970))".utf8)
}
private let plain = JSONWriter(sortsMembers: false) { _, _ in }

/// Foundation's encoder, set up to write the same.
private func foundation() -> JSONEncoder {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.dateEncodingStrategy = .custom { date, target in
    var container = target.singleValueContainer()
    try container.encode("at \(Int(date.timeIntervalSince1970))")
  }
  return encoder
}

private func text(_ value: some Encodable, _ writer: JSONWriter = sorting) throws -> String {
  String(decoding: try writer.bytes(of: value), as: UTF8.self)
}

private func expectSame(_ value: some Encodable, _ hint: String = "") throws {
  let expected = String(decoding: try foundation().encode(value), as: UTF8.self)
  #expect(try text(value) == expected, "\(hint)")
}

@Test func `texts are escaped as Foundation escapes them`() throws {
  let controls = (0..<0x20).map { String(Unicode.Scalar(UInt8($0))) }.joined()
  for sample in [
    "", "Айгүл", "it's \"quoted\" \\ and/or", controls, "\u{7F}\u{80}\u{2028}\u{2029}\u{FEFF}",
    "💉👩🏽‍⚕️", "e\u{301}", "\"", "\\\\\"\"",
  ] {
    try expectSame(sample)
    try expectSame([sample: sample])
    try expectSame(["a", sample, "b"])
  }
}

@Test func `numbers are written as Foundation writes them`() throws {
  try expectSame([Int.min, -1, 0, 1, .max])
  try expectSame([UInt.max, 0])
  try expectSame([
    0.1 + 0.2, -0.0, 1, 1e300, -1234567.875, .leastNonzeroMagnitude,
    .greatestFiniteMagnitude,
  ])
  try expectSame([Float(0.1), 16_777_216, -3])
  try expectSame([Decimal(string: "-12345678901234567890.125")])
  try expectSame([UInt8.max])
  try expectSame([true, false])
}

@Test func `a number that is infinite has no JSON`() {
  for number in [Double.infinity, -.infinity, .nan] {
    #expect(throws: EncodingError.self) { try sorting.bytes(of: [number]) }
  }
}

@Test func `after an error nothing is appended`() throws {
  var bytes = Array("before".utf8)
  #expect(throws: EncodingError.self) { try sorting.write([1, Double.nan], to: &bytes) }
  #expect(bytes == Array("before".utf8))
  try sorting.write([1], to: &bytes)
  #expect(bytes == Array("before[1]".utf8))
}

private struct Everything: Codable {
  enum Colour: String, Codable { case red }
  struct Inner: Codable {
    var list: [Int?] = [1, nil]
    var nothing: [String] = []
  }
  struct Empty: Codable {}
  var donorID = UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 250))
  var expiringLe3 = 3
  var at = Date(timeIntervalSince1970: 1_795_232_880)
  var page = URL(string: "https://example.kz/a?b=c")
  var bytes = Data([0, 255, 63])
  var price: Decimal? = Decimal(1) / 8
  var missing: String?
  var colour: Colour? = .red
  var aURL = "x"
  var inner = Inner()
  var inners = [Inner(), Inner()]
  var empty = Empty()
  var names = ["keyAsItIs": Inner(), "б": Inner(), "a": Inner()]
  var nested = [["b": ["c": 1, "aB": 2]], [:]]
  var z: Bool? = true
}

@Test func `records are written as Foundation writes them`() throws {
  try expectSame(Everything())
  try expectSame([Everything()])
  try expectSame(["one": Everything()])
  try expectSame(Everything?.none)
  try expectSame(Everything?.some(Everything()))
}

/// Two types that share an object, and one name in both: the later counts.
private struct Together: Encodable {
  struct Left: Encodable {
    let zebra = 1
    let shared = "left"
    let inner = [["k": 1]]
  }
  struct Right: Encodable {
    let apple = 2
    let shared = "right"
  }

  func encode(to encoder: any Encoder) throws {
    try Left().encode(to: encoder)
    try Right().encode(to: encoder)
  }
}

@Test func `two types that share an object are one object`() throws {
  try expectSame(Together())
  try expectSame([Together(), Together()])
  let unsorted = try text(Together(), plain)
  let read = try JSONSerialization.jsonObject(with: Data(unsorted.utf8)) as? [String: Any]
  #expect(read?.keys.sorted() == ["apple", "inner", "shared", "zebra"])
}

/// Opens inner containers by hand.
private struct ByHand: Encodable {
  enum Keys: String, CodingKey { case theObject, theArray, last }
  enum Inner: String, CodingKey { case b, a }

  func encode(to encoder: any Encoder) throws {
    var outer = encoder.container(keyedBy: Keys.self)
    var object = outer.nestedContainer(keyedBy: Inner.self, forKey: .theObject)
    try object.encode(1, forKey: .b)
    try object.encodeNil(forKey: .a)
    var array = outer.nestedUnkeyedContainer(forKey: .theArray)
    try array.encode("one")
    var deeper = array.nestedUnkeyedContainer()
    try deeper.encode(2.5)
    var other = array.nestedContainer(keyedBy: Inner.self)
    try other.encode(true, forKey: .a)
    try array.encodeNil()
    try outer.encode("x", forKey: .last)
  }
}

@Test func `containers opened by hand are closed when the next member comes`() throws {
  try expectSame(ByHand())
  try expectSame([ByHand()])
}

/// A member whose name no type would have.
private struct Quoted: Encodable {
  struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for name in ["b\"", "\u{1}", "a\n", "\"", "z"] {
      try container.encode(1, forKey: Name(stringValue: name))
    }
  }
}

@Test func `names are escaped, and sorted as they were before`() throws {
  try expectSame(Quoted())
  try expectSame(["\"": 1, "\u{1}": 2, "a": 3])
}

/// Writes to the outer object while an inner one is open.
private struct OutOfTurn: Encodable {
  func encode(to encoder: any Encoder) throws {
    var outer = encoder.container(keyedBy: ByHand.Keys.self)
    var inner = outer.nestedContainer(keyedBy: ByHand.Inner.self, forKey: .theObject)
    try inner.encode(1, forKey: .a)
    try outer.encode("x", forKey: .last)
    try inner.encode(2, forKey: .b)
  }
}

private struct TwoValues: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(1)
    try container.encode(2)
  }
}

@Test func `what cannot be written in one go is refused, never garbled`() {
  #expect(throws: EncodingError.self) { try sorting.bytes(of: OutOfTurn()) }
  #expect(throws: EncodingError.self) { try sorting.bytes(of: [TwoValues()]) }
}
