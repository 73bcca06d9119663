import Config
import Crypto
import Foundation
import HTTPTypes
import Mustache

/// The pages for people: their templates and the style they share.
struct Pages: Sendable {
  /// The shipped ones, read once.
  static let shipped = Result { try Pages() }

  /// The style sheet.
  let style: [UInt8]
  /// Where the style sheet is; it changes with the text, so that browsers may keep it.
  let styleAddress: String
  private let library: MustacheLibrary

  private static let templates = [
    "layout", "group", "supply_bar", "shortages", "sign_in", "sign_in_failed", "account",
    "reference", "donor", "donors",
  ]

  /// Reads the shipped templates and the style.
  ///
  /// - Throws: ``IncompleteShipment`` when one of them, or a sentence that they or
  ///   the pages' code ask for, is missing: a reader must never find out.
  private init() throws {
    MustacheContentTypes.register(PageText(), named: PageText.name)
    var library = MustacheLibrary()
    let sentences = try Phrasebook(.kk).keys
    try Self.require(ShortagePhrase.needed, among: sentences, by: "the shortage page")
    try Self.require(DonorPhrase.needed, among: sentences, by: "the page of a donor")
    for name in Self.templates {
      let text = try Self.shipped("templates/\(name).mustache")
      try Self.check(text, name: name, sentences: sentences)
      do {
        // Each by itself: a template that another takes in begins anew.
        try library.register("{{% CONTENT_TYPE: \(PageText.name)}}" + text, named: name)
      } catch {
        throw IncompleteShipment("templates/\(name).mustache does not parse: \(error)")
      }
    }
    self.library = library
    style = Array(try Self.shipped("templates/tamshy.css").utf8)
    let digest = SHA256.hash(data: style).prefix(4).map { String($0, radix: 16) }.joined()
    styleAddress = "/assets/tamshy.css?v=\(digest)"
  }

  /// A page as HTML.
  func render(
    _ content: some Sendable, template: String, frame: PageFrame, words: Phrasebook,
    status: HTTPResponse.Status = .ok
  ) throws -> Reply {
    let sheet = Sheet(page: content, frame: frame, words: Words(book: words))
    guard let html = library.render(sheet, withTemplate: template) else {
      throw IncompleteShipment("templates/\(template).mustache is missing")
    }
    return Reply(
      status, Array(html.utf8), type: MediaType.html,
      headers: [
        .contentLanguage: words.language.rawValue, .vary: "Accept, Accept-Language, Cookie",
      ])
  }

  private static func shipped(_ path: String) throws -> String {
    guard let text = Shipped.files[path] else { throw IncompleteShipment("\(path) is missing") }
    return text
  }

  /// Mustache writes nothing for a name it does not know, so they are looked up now.
  private static func check(_ text: String, name: String, sentences: Set<String>) throws {
    let keys = text.matches(of: /\{\{words\.([^}]+)\}\}/).map { String($0.output.1) }
    try require(keys, among: sentences, by: "templates/\(name).mustache")
    let partials = text.matches(of: /\{\{[<>]\s*([a-z_]+)\}\}/).map { String($0.output.1) }
    try require(partials, among: Set(templates), by: "templates/\(name).mustache")
  }

  private static func require(
    _ names: [String], among known: Set<String>, by reader: String
  ) throws {
    let missing = Set(names).subtracting(known).sorted()
    guard missing.isEmpty else {
      throw IncompleteShipment("\(reader) asks for \(missing.joined(separator: ", "))")
    }
  }
}

/// Text on a page: what HTML would take for its own is escaped.
///
/// Byte by byte, because a quotation mark with an accent on it ends an attribute, too: what
/// the library does for whole characters leaves it as it is.
private struct PageText: MustacheContentType {
  static let name = "PAGE_TEXT"

  func escapeText(_ text: String) -> String {
    guard text.utf8.contains(where: { Self.escapes[$0] != nil }) else { return text }
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      if let escape = Self.escapes[byte] {
        escaped += escape
      } else {
        escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static let escapes: [UInt8: [UInt8]] = [
    UInt8(ascii: "<"): Array("&lt;".utf8), UInt8(ascii: ">"): Array("&gt;".utf8),
    UInt8(ascii: "&"): Array("&amp;".utf8), UInt8(ascii: "\""): Array("&quot;".utf8),
    UInt8(ascii: "'"): Array("&#39;".utf8),
  ]
}

/// What a template sees: the page, the frame around it, and the words of a language.
private struct Sheet<Content: Sendable>: Sendable {
  let page: Content
  let frame: PageFrame
  let words: Words
}

/// A phrasebook that templates walk by dots: `words.page.skip`.
private struct Words: Sendable, MustacheParent {
  let book: Phrasebook
  var path = ""

  func child(named name: String) -> Any? {
    book.sentence(path + name) ?? Words(book: book, path: path + name + ".")
  }
}

extension MediaType {
  static let css = "text/css; charset=utf-8"
}
