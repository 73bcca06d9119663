import Foundation
import HTTPTypes
import Testing

@testable import App

private func fields(_ headers: [(String, String)]) -> HTTPFields {
  var fields = HTTPFields()
  for (name, value) in headers {
    if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
  }
  return fields
}

private func origin(
  _ trusted: String, _ peer: String, _ headers: [(String, String)]
) throws -> Origin {
  try #require(TrustedProxies(trusted)).client(behind: peer, fields(headers))
}

@Test func `a stranger's word about himself is not taken`() throws {
  let lies = [("X-Forwarded-For", "10.9.9.9"), ("X-Forwarded-Proto", "https")]
  #expect(try origin("", "203.0.113.7", lies) == Origin(address: "203.0.113.7"))
  #expect(try origin("10.0.0.0/8", "203.0.113.7", lies) == Origin(address: "203.0.113.7"))
}

@Test func `a trusted proxy tells for whom it asks`() throws {
  let word = [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https")]
  let expected = Origin(address: "203.0.113.7", isEncrypted: true)
  #expect(try origin("10.0.0.0/8", "10.1.2.3", word) == expected)
  #expect(try origin("127.0.0.1, ::1", "::1", word) == expected)
  #expect(try origin("10.1.2.3", "::ffff:10.1.2.3", word) == expected)
}

@Test func `what a client wrote before the proxies is not taken`() throws {
  let chain = [("X-Forwarded-For", "1.1.1.1, 203.0.113.7, 10.0.0.2")]
  #expect(try origin("10.0.0.0/8", "10.0.0.1", chain).address == "203.0.113.7")
  let split = [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "203.0.113.7")]
  #expect(try origin("10.0.0.0/8", "10.0.0.1", split).address == "203.0.113.7")
  let nonsense = [("X-Forwarded-For", "1.1.1.1, nobody, 10.0.0.2")]
  #expect(try origin("10.0.0.0/8", "10.0.0.1", nonsense).address == "10.0.0.2")
  // To Swift a comma behind U+0600 is another sign; what the proxy added would hide behind it.
  for lie in ["1.1.1.1%\u{600}", "1.1.1.1\u{600}", "1.1.1.1%,"] {
    let glued = [("X-Forwarded-For", lie + ", 203.0.113.7")]
    #expect(try origin("10.0.0.0/8", "10.0.0.1", glued).address == "203.0.113.7", "\(lie)")
  }
  let scoped = [("X-Forwarded-For", "203.0.113.7%eth0")]
  #expect(try origin("10.0.0.0/8", "10.0.0.1", scoped).address == "10.0.0.1")
}

@Test func `of an IPv6 client the network counts, because he has all of it`() throws {
  let first = try origin("", "2001:db8:1:2::1", [])
  #expect(first.address == "2001:db8:1:2::/64")
  #expect(try origin("", "2001:db8:1:2:ffff::9", []) == first)
  #expect(try origin("", "2001:db8:1:3::1", []) != first)
}

@Test(arguments: ["everybody", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", "::/129", "1.2.3.4/8/9"])
func `a range that is none is refused`(text: String) {
  #expect(TrustedProxies(text) == nil)
}

@Test func `a range ends where its bits say`() throws {
  let word = [("X-Forwarded-For", "203.0.113.7")]
  #expect(try origin("10.0.0.0/30", "10.0.0.3", word).address == "203.0.113.7")
  #expect(try origin("10.0.0.0/30", "10.0.0.4", word).address == "10.0.0.4")
  #expect(try origin("0.0.0.0/0", "8.8.8.8", word).address == "203.0.113.7")
}
