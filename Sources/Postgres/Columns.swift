import CLibPQ

/// The columns of a reply, found by the coding keys that name them.
///
/// A column `drawn_at` answers to the key `drawnAt`; the table is made once per prepared statement.
final class Columns {
  let count: Int
  private let names: [String]
  private let keys: [String]
  private let isJSON: [Bool]
  private var indexes: [String: Int] = [:]
  // Rows are decoded in the order of declaration, which is mostly the order of the columns.
  private var expected = 0

  @unsafe init(result: OpaquePointer) {
    let count = Int(unsafe PQnfields(result))
    self.count = count
    names = (0..<count).map { index in
      unsafe PQfname(result, Int32(index)).map { unsafe String(cString: $0) } ?? ""
    }
    keys = names.map(Self.camelCase)
    // The fixed object ids of `json` and `jsonb` in PostgreSQL's catalogue.
    isJSON = (0..<count).map { [114, 3802].contains(unsafe PQftype(result, Int32($0))) }
  }

  func name(_ index: Int) -> String { names[index] }
  func key(_ index: Int) -> String { keys[index] }
  func isJSON(_ index: Int) -> Bool { isJSON[index] }

  /// The column that a coding key means.
  func index(of key: String) -> Int? {
    if expected == count { expected = 0 }
    if expected < count, keys[expected] == key {
      defer { expected += 1 }
      return expected
    }
    guard let index = lookUp(key) else { return nil }
    expected = index + 1
    return index
  }

  private func lookUp(_ key: String) -> Int? {
    if indexes.isEmpty {
      // Of two columns with one name the first counts, as in libpq.
      for index in names.indices.reversed() {
        indexes[keys[index]] = index
        indexes[names[index]] = index
      }
    }
    if let index = indexes[key] { return index }
    guard let index = indexes[Self.snakeCase(key)] else { return nil }
    indexes[key] = index
    return index
  }

  /// `drawn_at` → `drawnAt`.
  static func camelCase(_ name: String) -> String {
    guard name.contains("_") else { return name }
    var camel = ""
    var isAfterUnderscore = false
    for character in name {
      if character == "_", !camel.isEmpty {
        isAfterUnderscore = true
      } else {
        camel += isAfterUnderscore ? character.uppercased() : String(character)
        isAfterUnderscore = false
      }
    }
    return camel
  }

  /// `donorID` → `donor_id`, as JSON keys are made too.
  static func snakeCase(_ key: String) -> String {
    let letters = Array(key)
    var snake = ""
    for (index, letter) in letters.enumerated() {
      let follows = index > 0 && (letters[index - 1].isLowercase || letters[index - 1].isNumber)
      let precedes =
        index > 0 && letters[index - 1].isUppercase && index + 1 < letters.count
        && letters[index + 1].isLowercase
      if letter.isUppercase, follows || precedes { snake += "_" }
      snake += letter.lowercased()
    }
    return snake
  }
}
