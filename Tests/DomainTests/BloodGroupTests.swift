import Domain
import Foundation
import Testing

@Suite struct BloodGroupTests {
  @Test func `there are eight groups, O negative first and AB positive last`() {
    let codes = BloodGroup.allCases.map(\.code)
    #expect(codes == ["O-", "O+", "A-", "A+", "B-", "B+", "AB-", "AB+"])
  }

  @Test func `a label shows letter, Roman numeral and a real minus`() {
    #expect(BloodGroup.oNegative.label == "O(I) Rh\u{2212}")
    #expect(BloodGroup.aPositive.label == "A(II) Rh+")
    #expect(BloodGroup.bNegative.label == "B(III) Rh\u{2212}")
    #expect(BloodGroup.abPositive.label == "AB(IV) Rh+")
  }

  @Test(arguments: BloodGroup.allCases)
  func `code and label are read as the group they name`(group: BloodGroup) throws {
    #expect(BloodGroup(code: group.code) == group)
    #expect(BloodGroup.read(group.code) == .group(group))
    #expect(BloodGroup.read(group.label) == .group(group))
    #expect(group.isNegative == group.code.hasSuffix("-"))
    let json = try JSONEncoder().encode([group])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(group.code)\"]")
    #expect(try JSONDecoder().decode([BloodGroup].self, from: json) == [group])
  }

  @Test(arguments: ["", "O", "o-", "0-", "O−", " O-", "O- ", "А+", "+", "AB", "C+", "O--"])
  func `only the exact code is a code`(text: String) {
    #expect(BloodGroup(code: text) == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([BloodGroup].self, from: Data("[\"\(text)\"]".utf8))
    }
  }
}
