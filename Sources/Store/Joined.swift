/// A record and the members that only the statement needs, as one JSON object.
///
/// So a record goes into its table, and comes out of it, as the same type that the
/// contract shows.
struct Joined<Record: Encodable, Extra: Encodable>: Encodable {
  let record: Record
  let extra: Extra

  init(_ record: Record, _ extra: Extra) {
    self.record = record
    self.extra = extra
  }

  func encode(to encoder: any Encoder) throws {
    try record.encode(to: encoder)
    try extra.encode(to: encoder)
  }
}

extension Joined: Sendable where Record: Sendable, Extra: Sendable {}

extension Joined: Decodable where Record: Decodable, Extra: Decodable {
  init(from decoder: any Decoder) throws {
    record = try Record(from: decoder)
    extra = try Extra(from: decoder)
  }
}
