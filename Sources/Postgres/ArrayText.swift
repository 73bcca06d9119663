/// PostgreSQL's text of an array: `{1,NULL,"a \"quoted\" one"}`.
enum ArrayText {
  /// The elements' texts, nil for NULL; nil altogether if it is no array of one dimension.
  static func elements(_ text: Span<UInt8>) -> [[UInt8]?]? {
    guard text.count >= 2, text[0] == UInt8(ascii: "{"), text[text.count - 1] == UInt8(ascii: "}")
    else { return nil }
    let end = text.count - 1
    var elements: [[UInt8]?] = []
    var position = 1
    while position < end {
      guard let element = element(text, &position, end: end) else { return nil }
      elements.append(element)
      guard position < end else { break }
      guard text[position] == UInt8(ascii: ","), position + 1 < end else { return nil }
      position += 1
    }
    return elements
  }

  private static func element(
    _ text: Span<UInt8>, _ position: inout Int, end: Int
  ) -> [UInt8]?? {
    if text[position] == UInt8(ascii: "\"") {
      position += 1
      return quoted(text, &position, end: end)
    }
    var bytes: [UInt8] = []
    while position < end, text[position] != UInt8(ascii: ",") {
      guard text[position] != UInt8(ascii: "{") else { return nil }
      if text[position] == UInt8(ascii: "\\"), position + 1 < end { position += 1 }
      bytes.append(text[position])
      position += 1
    }
    return bytes == Array("NULL".utf8) ? .some(nil) : bytes
  }

  private static func quoted(_ text: Span<UInt8>, _ position: inout Int, end: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while position < end, text[position] != UInt8(ascii: "\"") {
      if text[position] == UInt8(ascii: "\\"), position + 1 < end { position += 1 }
      bytes.append(text[position])
      position += 1
    }
    guard position < end else { return nil }
    position += 1
    return bytes
  }
}
