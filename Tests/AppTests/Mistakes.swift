import Foundation

@testable import App

extension Form {
  /// A body that is wrong, and what is wrong with it.
  struct Mistake: Sendable {
    let name: String
    let body: [UInt8]
  }

  /// The form with every mistake of every kind in each of its members.
  var mistakes: [Mistake] {
    wholeBodies + inMembers + [unknownMember].compactMap { $0 }
  }

  private var wholeBodies: [Mistake] {
    let deep = 100_000
    let texts = [
      "[]", "null", "5", "true", "\"text\"", "{", "}", "{\"a\"}", "{\"a\":1,}", "{'a':1}",
      "[{}]", body.sent + "x", body.sent + body.sent,
      body.sent.replacing("\"", with: "'"), "/* a */" + body.sent, "\u{FEFF}\u{FEFF}{}",
      "{\"a\":NaN}", "   ",
      String(repeating: "[", count: deep), "{\"a\":" + String(repeating: "[", count: deep),
      String(repeating: "[", count: deep) + String(repeating: "]", count: deep),
      String(repeating: "{\"a\":", count: deep) + "1" + String(repeating: "}", count: deep),
      "{\"a\":" + String(repeating: "[", count: 500) + String(repeating: "]", count: 500) + "}",
    ]
    // Without quotation marks there is nothing to spell wrongly.
    return texts.filter { $0 != body.sent }.map {
      Mistake(name: "body \($0.prefix(20))", body: Array($0.utf8))
    }
      + (canBeEmpty ? [] : [Mistake(name: "no body", body: [])])
      + [
        Mistake(name: "broken UTF-8", body: Array("{\"name\":\"".utf8) + [0xC3, 0x28, 0x22, 0x7D]),
        Mistake(name: "UTF-16", body: [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00]),
        Mistake(
          name: "overlong NUL", body: Array("{\"".utf8) + [0xC0, 0x80] + Array("\":1}".utf8)),
      ]
  }

  private var unknownMember: Mistake? {
    guard case .object(var members) = body else { return nil }
    members["no such member"] = 1
    return Mistake(name: "unknown member", body: Array(JSONValue.object(members).sent.utf8))
  }

  private var inMembers: [Mistake] {
    leaves(of: body).flatMap { path, name, value in
      wrong(value, name).map { wrong in
        var changed = body
        changed.put("@wrong@", at: path)
        let text = changed.sent.replacing("\"@wrong@\"", with: wrong)
        return Mistake(name: "\(name): \(wrong.prefix(40))", body: Array(text.utf8))
      } + (optional.contains(name) ? [] : [absent(path, name)])
    }
  }

  private func absent(_ path: [String], _ name: String) -> Mistake {
    var changed = body
    changed.put(nil, at: path)
    return Mistake(name: "without \(name)", body: Array(changed.sent.utf8))
  }

  /// Every member, also inside: where it is, its name, its value.
  private func leaves(of value: JSONValue) -> [([String], String, JSONValue)] {
    switch value {
    case .object(let members):
      members.flatMap { name, value in
        [([name], name, value)]
          + leaves(of: value).map { ([name] + $0.0, $0.1, $0.2) }
      }
    case .array(let elements):
      elements.first.map { first in leaves(of: first).map { (["0"] + $0.0, $0.1, $0.2) } } ?? []
    default: []
    }
  }

  /// Raw JSON that must not stand where `value` stands.
  private func wrong(_ value: JSONValue, _ name: String) -> [String] {
    let raw = [
      "1e309", "-1e309", "123456789012345678901234567890", "\"\\ud800\"", "\"\\udc00x\"",
      "\"\\u0000\"", "true", "-1", "1.5", "\"\"", "01", "+1", ".5", "0x10", "Infinity",
    ].filter { !isOfType($0, value) }
    let nothing = optional.contains(name) ? [] : ["null"]
    let ofType =
      switch value {
      case .text: ["5", "[]", "{}", "[\"\(name)\"]"] + texts(name)
      case .integer: ["\"5\"", "[]", "{}", "9223372036854775807", "1e300", "\"٥\""]
      case .array: ["\"x\"", "5", "{}", "[null]", "[5]", "[[]]", "[{}]", "[\"x\"]"]
      case .object: ["5", "[]", "{}"]
      case .number: ["\"5\"", "[]", "{}", "1e300", "\"٥\""]
      case .bool: ["\"true\"", "0", "1", "[]", "{}"]
      default: [String]()
      }
    return raw + nothing + ofType
  }

  /// Whether a text that is wrong elsewhere is right where `value` stands.
  private func isOfType(_ text: String, _ value: JSONValue) -> Bool {
    switch value {
    case .number: text == "1.5"
    case .bool: text == "true"
    default: false
    }
  }

  /// Texts that a member of this name must refuse.
  private func texts(_ name: String) -> [String] {
    let long = String(repeating: "а", count: 201)
    let wrong: [String] =
      switch name {
      case "birth_date", "date", "from", "until", "on", "event_on":
        [
          "2026-02-30", "2026-13-01", "0000-01-01", "2026-1-1", "20260101", "2026-01-01T00:00:00Z",
          "٢٠٢٦-٠١-٠١", "today",
        ]
      case "needed_by", "starts_at", "ends_at", "started_at", "ended_at", "arrived_at",
        "transfused_at", "given_at", "withdrawn_at", "attempted_at":
        [
          "2026-02-30T10:00:00Z", "2026-11-18T24:00:00Z", "2026-11-18T10:00:00",
          "2026-11-18 10:00:00Z", "2026-11-18", "now", "2026-11-18T10:60:00Z",
          "2026-11-18T10:00:00+25:00",
        ]
      case "id", "donor_id", "site_id", "host_id", "hospital_id", "contact_id":
        ["5", "x", "01a1ee56-5e00-7111-8111-11111111111", "{01a1ee56-5e00-7111-8111-111111111111}"]
      case "account_id", "grant_id": ["5", "x"]
      case "login": ["a", "a b", "a\u{7}bc", long]
      case "issuer":
        ["a.example", "http://a.example", "https://a@b", "https://a?b", "https://", long]
      case "subject": ["айгүл", " a", "a\u{7}b", String(repeating: "a", count: 256)]
      case "password", "current_password": ["a\u{7}b", String(repeating: "а", count: 1025)]
      case "new_password": ["short", "qwertyuiop123", "aaaaaaaaaaaaaaaa", long]
      case "expires_at": ["2020-01-01T00:00:00Z", "2027-02-30T10:00:00Z", "next year"]
      case "blood_group": ["O", "-", "C+", "O+-", "A+B+", "4", "weak D", "Oh", "O--", "0"]
      case "din": ["A999926000001X", "A9999", "O999926000001", "A99992600000Ж", "=A9999260000019X"]
      case "iin", "bin": ["123", "000000000000", "960229500018", "96022950001a", "٩٦٠٢٢٩٥٠٠٠١٧"]
      case "phone": ["12", "call me", "+", "+0123456789", "8701123456x"]
      case "region": ["KZ-00", "kz-71", "Astana"]
      case "time_zone": ["Asia/Nowhere", "GMT+5", "../../etc/passwd", "UTC+05:00", "Asia"]
      case "name", "family_name", "given_name", "patronymic", "reason", "sample", "method",
        "reference", "for_patient", "deferral_reason", "meaning", "kk", "ru", "en", "reagents",
        "strength", "laboratory", "centre", "note",
        "latin_name", "iin_mismatch_reason", "text_version":
        [long, "\u{7}", "a\u{0}b", " ", "\n\t", "\u{85}", "a\u{1B}[2J"]
      case "q": [long, "---", "\u{7}", "a\u{0}b", " "]
      default: ["pint", "Red_Cells", "red cells"]
      }
    return wrong.map { JSONValue.text($0).sent }
  }
}

extension JSONValue {
  /// Changes the member at a path, or takes it out.
  mutating func put(_ value: JSONValue?, at path: [String]) {
    guard let name = path.first else { return }
    let rest = Array(path.dropFirst())
    switch self {
    case .object(var members):
      if rest.isEmpty { members[name] = value } else { members[name]?.put(value, at: rest) }
      self = .object(members)
    case .array(var elements):
      if let index = Int(name), elements.indices.contains(index) {
        elements[index].put(value, at: rest)
      }
      self = .array(elements)
    default: break
    }
  }
}
