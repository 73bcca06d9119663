package import FoundationEssentials
import JSONText

/// A value that crosses as JSON: the way in which a set of rows goes into one statement.
///
///     insert into … select … from jsonb_to_recordset($1::jsonb) as …
package struct JSON<Value> {
  /// What is sent or was read.
  package var value: Value

  /// Wraps a value.
  package init(_ value: Value) {
    self.value = value
  }
}

extension JSON: Sendable where Value: Sendable {}
extension JSON: Equatable where Value: Equatable {}

extension JSON: Bindable where Value: Encodable {
  package func write(to text: inout BindText) throws {
    do {
      try text.append(value, as: PostgresJSON.writer)
    } catch is EncodingError {
      throw PostgresError(.binding, "a value has no JSON")
    }
  }
}

extension JSON: Decodable where Value: Decodable {
  /// Reads the one column of the row, which is `json` or `jsonb`.
  package init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Value.self)
  }
}

/// How JSON is written for PostgreSQL and read from it: snake case, instants in RFC 3339.
package enum PostgresJSON {
  /// Writes `camelCase` as `snake_case` and instants in UTC with their fraction.
  static let writer = JSONWriter(sortsMembers: false) { date, bytes in
    guard let stamp = Timestamp(date) else {
      throw PostgresError(.binding, "an instant outside the years 1 to 9999")
    }
    stamp.write(to: &bytes)
  }

  /// Reads `snake_case` as `camelCase` and instants with or without a fraction.
  package static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      guard let stamp = Timestamp(text: Array(try container.decode(String.self).utf8).span) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "not an instant in RFC 3339")
      }
      return stamp.date
    }
    return decoder
  }()
}
