import Crypto
import Domain
import FoundationEssentials
import Postgres

/// A plain value of a person that the database must not read.
protocol Sealable {
  /// The name of its field, which is sealed with it.
  static var field: String { get }
  /// The value as one text, the same for the same value.
  var secret: String { get }
  /// Reads what `secret` wrote.
  init?(secret: String)
}

extension IIN: Sealable {
  static let field = "iin"
  var secret: String { digits }
  init?(secret: String) {
    guard let iin = try? IIN(secret) else { return nil }  // Not what was sealed.
    self = iin
  }
}

extension PhoneNumber: Sealable {
  static let field = "phone"
  var secret: String { text }
  init?(secret: String) { self.init(secret) }
}

extension IdentityDocument: Sealable {
  static let field = "document"
  var secret: String { "\(kind.rawValue)/\(country)/\(number)" }
  init?(secret: String) {
    let parts = secret.split(separator: "/", maxSplits: 2).map(String.init)
    guard parts.count == 3, let kind = DocumentKind(rawValue: parts[0]) else { return nil }
    self.init(kind: kind, country: parts[1], number: parts[2])
  }
}

/// A value of a donor that only the keys can read: the key's number, a fresh nonce,
/// the ciphertext and its tag.
///
/// The donor and the field are authenticated with it, so that it opens nowhere else.
struct Sealed<Value: Sealable>: Sendable, Hashable {
  let bytes: Data

  /// Seals a value with the current key.
  init(_ value: Value, of donor: ID<Donor>, with ring: KeyRing) throws {
    bytes = try ring.seal(
      Data(value.secret.utf8), as: "\(donor)/\(Value.field)")
  }

  /// The plain value.
  ///
  /// - Throws: ``SealFailure``
  func opened(of donor: ID<Donor>, with ring: KeyRing) throws -> Value {
    let plain = try ring.open(bytes, as: "\(donor)/\(Value.field)")
    guard let value = Value(secret: String(decoding: plain, as: UTF8.self)) else {
      throw SealFailure.doesNotOpen(what: Value.field)
    }
    return value
  }
}

extension Sealed: Codable {
  init(from decoder: any Decoder) throws {
    bytes = try decoder.singleValueContainer().decode(Data.self)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes.bytea)
  }
}

/// By what a plain value is found: a keyed hash, behind the number of its key.
struct LookUp: Sendable, Hashable, Codable, Bindable {
  let bytes: Data

  init(bytes: Data) { self.bytes = bytes }

  init(from decoder: any Decoder) throws {
    bytes = try decoder.singleValueContainer().decode(Data.self)
  }

  func write(to text: inout BindText) { bytes.write(to: &text) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes.bytea)
  }
}

/// Why a sealed value cannot be read; tells what it was, never what it says.
enum SealFailure: Error, Hashable, CustomStringConvertible {
  /// The key that sealed it is not among this server's.
  case keyUnknown(number: Int)
  /// It was changed, or moved from where it was sealed.
  case doesNotOpen(what: String)

  var description: String {
    switch self {
    case .keyUnknown(let number): "a value is sealed by key \(number), which is not here"
    case .doesNotOpen(let what): "a sealed \(what) was changed or moved"
    }
  }
}

extension KeyRing {
  func seal(_ plain: Data, as context: String) throws -> Data {
    let key = current(.seal)
    let box = try AES.GCM.seal(
      plain, using: key.symmetric, authenticating: Data(context.utf8))
    guard let combined = box.combined else { throw SealFailure.doesNotOpen(what: "value") }
    return key.prefix + combined
  }

  func open(_ sealed: Data, as context: String) throws -> Data {
    let number = sealed.prefix(2).reduce(0) { $0 << 8 | Int($1) }
    guard let key = key(.seal, number) else { throw SealFailure.keyUnknown(number: number) }
    do {
      let box = try AES.GCM.SealedBox(combined: sealed.dropFirst(2))
      return try AES.GCM.open(box, using: key.symmetric, authenticating: Data(context.utf8))
    } catch {
      throw SealFailure.doesNotOpen(
        what: context.split(separator: "/").last.map(String.init) ?? "value")
    }
  }

  /// By what a value is kept to be found.
  func lookUp(_ value: some Sealable) -> LookUp { hash(value, current(.lookup)) }

  /// By what a value may have been kept, under every key.
  func lookUps(_ value: some Sealable) -> [LookUp] { keys(.lookup).map { hash(value, $0) } }

  /// By what a person is remembered whose identity is deleted: not the hash that stood
  /// beside the identity, so that nothing ties the two.
  func memory(_ iin: IIN) -> LookUp { hash("barred", iin, current(.lookup)) }

  /// By what a person may be remembered, under every key.
  func memories(_ iin: IIN) -> [LookUp] {
    keys(.lookup).map { hash("barred", iin, $0) }
  }

  /// By what a file is known again, under every key: the plain digest of a file with one
  /// row would let somebody guess the row.
  func fingerprints(_ digest: Data) -> [LookUp] {
    keys(.lookup).map { key in
      let code = HMAC<SHA256>.authenticationCode(
        for: Data("import:".utf8) + digest, using: key.symmetric)
      return LookUp(bytes: key.prefix + Data(code))
    }
  }

  private func hash<Value: Sealable>(_ value: Value, _ key: Key) -> LookUp {
    hash(Value.field, value, key)
  }

  private func hash(_ kind: String, _ value: some Sealable, _ key: Key) -> LookUp {
    var code = key.begunCode
    code.update(data: Array("\(kind):\(value.secret)".utf8))
    return LookUp(bytes: key.prefix + Data(code.finalize()))
  }
}

extension Data {
  /// As PostgreSQL reads `bytea` in JSON.
  fileprivate var bytea: String {
    "\\x" + map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
