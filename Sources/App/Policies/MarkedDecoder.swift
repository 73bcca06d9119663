import Yams

/// Decodes a document as far as it can be, and notes every mistake with its place.
///
/// Where a value is missing or wrong, a stand-in takes its place, so that the
/// types themselves say what a file may hold and one mistake does not hide the next.
struct MarkedDecoder: Decoder {
  /// What is read; nil while a stand-in is made.
  let node: Node?
  /// The text that a stand-in is made of.
  var sample = ""
  let path: String
  let log: MistakeLog

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// Reads a whole document.
  static func read<T: Decodable>(_ type: T.Type, from root: Node, _ log: MistakeLog) throws -> T {
    try MarkedDecoder(node: root, path: "", log: log).value(type)
  }

  func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
    if let node, node.mapping == nil { log.note("A list of members was expected.", at: node.mark) }
    return KeyedDecodingContainer(MarkedMembers(decoder: self, mapping: node?.mapping))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    if let node, node.sequence == nil { log.note("A list was expected.", at: node.mark) }
    return MarkedElements(decoder: self, nodes: node?.sequence.map(Array.init) ?? [])
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    MarkedValue(decoder: self)
  }

  /// The decoder of a part.
  func part(_ node: Node?, _ name: String) -> MarkedDecoder {
    MarkedDecoder(node: node, path: "\(path)/\(name)", log: log)
  }
}

extension MarkedDecoder {
  /// The value that stands here, or a stand-in and a note.
  func value<T: Decodable>(_ type: T.Type) throws -> T {
    do {
      return try T(from: self)
    } catch let error as DecodingError {
      guard let node else { throw error }
      log.note(Self.sentence(error, of: type, text: node.string), at: node.mark)
      return try standIn(type)
    }
  }

  /// Any value of a type: nobody reads it, since a file with a mistake is refused.
  func standIn<T: Decodable>(_ type: T.Type) throws -> T {
    if let all = type as? any CaseIterable.Type, let one = Self.first(of: all) as? T { return one }
    for sample in ["1", "1 day", "2000-01-01", "calendar_year", "true"] {
      let ghost = MarkedDecoder(node: nil, sample: sample, path: path, log: log)
      // The next sample may suit the type.
      if let value = try? T(from: ghost) { return value }
    }
    throw DecodingError.dataCorrupted(
      .init(codingPath: [], debugDescription: "no stand-in for \(type)"))
  }

  private static func first<C: CaseIterable>(of type: C.Type) -> Any? { type.allCases.first }

  private static func sentence(
    _ error: DecodingError, of type: any Any.Type, text: String?
  ) -> String {
    let found = text.map { "“\($0)”" } ?? "this"
    if let all = type as? any CaseIterable.Type {
      let words = words(of: all)
      if !words.isEmpty {
        return "\(found) is none of the known words: \(words.joined(separator: ", "))."
      }
    }
    if case .dataCorrupted(let context) = error {
      return "\(found) is \(context.debugDescription)."
    }
    return "\(found) cannot be read."
  }

  private static func words<C: CaseIterable>(of type: C.Type) -> [String] {
    type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
  }
}
