/// A telephone number in E.164: `+` and digits.
package struct PhoneNumber: Hashable, Sendable {
  /// The number as it is stored and dialled.
  package let text: String

  /// Reads a number as people write it; nil when it is none.
  ///
  /// In Kazakhstan the trunk prefix 8 and ten digits mean `+7`; ten digits that
  /// start with 6 or 7 lack only their `+7`. Anything else needs its `+`.
  package init?(_ written: String) {
    let kept = written.filter { !" \u{A0}-()./".contains($0) }
    let isInternational = kept.first == "+"
    let digits = isInternational ? kept.dropFirst() : kept[...]
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    if isInternational {
      guard (8...15).contains(digits.count), digits.first != "0" else { return nil }
      text = "+" + digits
    } else if digits.count == 11, let first = digits.first, first == "8" || first == "7" {
      text = "+7" + digits.dropFirst()
    } else if digits.count == 10, let first = digits.first, first == "6" || first == "7" {
      text = "+7" + digits
    } else {
      return nil
    }
  }
}
