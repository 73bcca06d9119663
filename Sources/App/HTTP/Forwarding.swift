import Foundation
import HTTPTypes
import NIOCore

/// The proxies whose word about their clients is taken.
package struct TrustedProxies: Sendable {
  private let ranges: [AddressRange]

  /// Trusts nobody.
  package init() { ranges = [] }

  /// Reads addresses and ranges separated by commas, such as `127.0.0.1, 10.0.0.0/8, fd00::/8`.
  ///
  /// - Returns: Nil where one of them is none.
  package init?(_ text: String) {
    let parts = text.split(whereSeparator: { $0 == "," || $0.isWhitespace })
    let ranges = parts.compactMap { AddressRange(String($0)) }
    guard ranges.count == parts.count else { return nil }
    self.ranges = ranges
  }

  /// Whether anybody is trusted.
  package var isEmpty: Bool { ranges.isEmpty }

  private func trust(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

  /// Who asks, when `peer` is at the other end of the connection.
  ///
  /// `X-Forwarded-For` is read from its end: each trusted proxy wrote down whom it heard, and the
  /// first address that is no trusted proxy is the client. What stands before it he may have
  /// made up.
  func client(behind peer: String?, _ headers: HTTPFields) -> Origin {
    guard let peer, let address = NetworkAddress(peer) else { return Origin(address: "local") }
    guard trust(address) else { return Origin(address: address.text) }
    var client = address
    for hop in headers.list("x-forwarded-for").reversed() {
      // A scope is no affair of a proxy: behind it a client could hide the comma of one.
      guard !hop.utf8.contains(UInt8(ascii: "%")), let next = NetworkAddress(hop) else { break }
      client = next
      if !trust(next) { break }
    }
    let scheme = headers.list("x-forwarded-proto").last?.lowercased()
    return Origin(address: client.text, isEncrypted: scheme == "https")
  }
}

/// Where a request came from.
struct Origin: Sendable, Hashable {
  /// The address of the client; of IPv6 the network, because a client has all of it.
  let address: String
  /// Whether a trusted proxy says that the client came by https.
  var isEncrypted = false
}

/// An address of IPv4 or IPv6, by its bytes.
struct NetworkAddress: Hashable {
  let bytes: [UInt8]

  init?(_ text: String) {
    // A scope such as `%eth0` belongs to this machine, not to the address.
    let bare = text.split(separator: "%").first.map(String.init) ?? text
    guard let address = try? SocketAddress(ipAddress: bare, port: 0) else { return nil }
    switch address {
    case .v4(let v4):
      bytes = withUnsafeBytes(of: v4.address.sin_addr) { Array($0) }
    case .v6(let v6):
      let all = withUnsafeBytes(of: v6.address.sin6_addr) { Array($0) }
      let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
      bytes = all.starts(with: mapped) ? Array(all.suffix(4)) : all
    case .unixDomainSocket:
      return nil
    }
  }

  /// The address as a key for counting: IPv4 whole, of IPv6 the network of 64 bits.
  var text: String {
    guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: 8, by: 2).map {
      String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
    }.joined(separator: ":") + "::/64"
  }
}

/// Addresses whose first bits agree.
private struct AddressRange: Sendable {
  let start: [UInt8]
  let bits: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let address = NetworkAddress(String(parts[0])) else {
      return nil
    }
    let whole = address.bytes.count * 8
    guard let bits = parts.count == 1 ? whole : Int(parts[1]), (0...whole).contains(bits) else {
      return nil
    }
    start = address.bytes
    self.bits = bits
  }

  func contains(_ address: NetworkAddress) -> Bool {
    guard address.bytes.count == start.count else { return false }
    return (0..<bits).allSatisfy { bit in
      let mask: UInt8 = 0x80 >> (bit % 8)
      return (address.bytes[bit / 8] ^ start[bit / 8]) & mask == 0
    }
  }
}

extension HTTPFields {
  /// The elements of a list that stands in one or more headers of a name.
  ///
  /// By bytes, as proxies join them: to Swift a comma behind some letters is another sign.
  fileprivate func list(_ canonicalName: String) -> [String] {
    filter { $0.name.canonicalName == canonicalName }
      .flatMap { $0.value.utf8.split(separator: UInt8(ascii: ",")) }
      .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces) }
  }
}
