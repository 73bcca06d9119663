import Domain
import Testing

@Test(arguments: [
  ("+77011234567", "+77011234567"), ("8 701 123 45 67", "+77011234567"),
  ("8(701)123-45-67", "+77011234567"), ("7 701 123 45 67", "+77011234567"),
  ("+7 (701) 123–45–67", "+77011234567"), ("701 123 45 67", "+77011234567"),
  ("(727) 250-12-34", "+77272501234"), ("8\u{A0}727\u{202F}250 12 34", "+77272501234"),
  ("+7.701.123.45.67", "+77011234567"), ("87011234567\t", "+77011234567"),
  ("600 123 45 67", "+76001234567"), ("+998 90 123 45 67", "+998901234567"),
  ("00 49 30 901820", "+4930901820"), ("8~10 49 30 901820", "+4930901820"),
  ("8 10 1 202 555 0143", "+12025550143"), ("+1 (202) 555-0143", "+12025550143"),
  ("+44 20 7946 0018", "+442079460018"), ("+7 495 123-45-67", "+74951234567"),
  ("+123456789012345", "+123456789012345"),
])
func `a telephone is kept as it is dialled from anywhere`(written: String, kept: String) {
  #expect(PhoneNumber(written)?.text == kept)
}

@Test(arguments: [
  "", "12", "+", "call me", "+0123456789", "8701123456x", "123-45-67", "+7 701 123 45", "+7 701",
  "+7 701 123 45 678", "701 123 45 6", "+1234567890123456", "٨٧٠١١٢٣٤٥٦٧", "++77011234567",
  "8701+1234567", "8 701 123 45 67 доб. 12", "810101300019", "001231300019", "9 701 123 45 67",
])
func `what cannot be dialled is no telephone`(written: String) {
  #expect(PhoneNumber(written) == nil)
}

@Test(arguments: [
  ("aya@example.kz", "aya@example.kz"),
  ("Aya.Ospanova+kan@Example.KZ", "Aya.Ospanova+kan@example.kz"),
  ("ая@мысал.қаз", "ая@мысал.қаз"), ("a@b.c.d", "a@b.c.d"),
])
func `an address of e-mail is kept with the name of its host in small letters`(
  written: String, kept: String
) {
  #expect(EmailAddress(written)?.text == kept)
}

@Test(arguments: [
  "", "aya", "@example.kz", "aya@", "aya@kz", "aya@@example.kz", "a b@example.kz", "a@-b.kz",
  "a@b..kz", "<a@b.kz>", "a@b.kz, c@d.kz", "a@b.kz\n", "\"a\"@b.kz",
  "a,\u{301}victim@x.kz", "a@\u{301}b@x.kz", "a<\u{301}@x.kz",
])
func `what no letter reaches is no address of e-mail`(written: String) {
  #expect(EmailAddress(written) == nil)
}

@Test func `a document is the same however its number is typed, and shows its end alone`() throws {
  let typed = try #require(
    IdentityDocument(kind: .passport, country: "DE", number: " c01x-00t 47 "))
  #expect(typed == IdentityDocument(kind: .passport, country: "DE", number: "C01X00T47"))
  #expect(typed.description == "•••••••47")
  #expect("\(typed.summary)".contains("C01X") == false)
  let plain = IdentityDocument(kind: .passport, country: "UZ", number: "AB1234567")
  for number in ["AB\u{200D}1234567", "AB\u{FE0F}1234567", "A\u{2060}B1234567"] {
    #expect(IdentityDocument(kind: .passport, country: "UZ", number: number) == plain)
  }
  let whole = try #require(IdentityDocument(kind: .other, country: "KZ", number: "Й1"))
  let apart = try #require(IdentityDocument(kind: .other, country: "KZ", number: "И\u{306}1"))
  #expect(Array(apart.number.utf8) == Array(whole.number.utf8), "one number, one hash")
  // Letters that Swift takes for one sign with the next.
  let fused = try #require(IdentityDocument(kind: .other, country: "IN", number: "\u{D4E}1"))
  #expect(fused.description == "\u{D4E}1")
  for number in ["\u{93E}1", "\u{600}1", "B\u{301}1"] {
    #expect(IdentityDocument(kind: .other, country: "KZ", number: number) == nil)
  }
  for (country, number) in [("de", "A1"), ("DEU", "A1"), ("DE", "A"), ("DE", "AB"), ("DE", "A1?")] {
    #expect(IdentityDocument(kind: .other, country: country, number: number) == nil)
  }
}
