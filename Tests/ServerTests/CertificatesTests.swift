import App
import Foundation
import Logging
import Testing

@testable import Server

private let quiet: Logger = {
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  return logger
}()

/// What a client of TLS is shown and told.
private func handshake(_ port: Int, _ options: [String] = []) async throws -> String {
  try await Shop.run(
    "openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost"] + options,
    input: "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
  ).output.replacing("CN=", with: "CN = ")
}

@Test func `a new certificate is shown to new connections, a broken one is not`() async throws {
  try await Shop.folder { folder in
    let first = try await Shop.certificate("first", in: folder)
    let second = try await Shop.certificate("second", in: folder)
    let (file, key) = (folder.appending(path: "c.pem"), folder.appending(path: "k.pem"))
    @Sendable func put(_ certificate: String, _ secret: String) throws {
      try Data(contentsOf: URL(filePath: certificate)).write(to: file)
      try Data(contentsOf: URL(filePath: secret)).write(to: key)
    }
    try put(first.certificate, first.key)
    let certificates = try Certificates(certificate: file.path(), key: key.path())
    try await Shop.open(certificates: certificates) { shop in
      #expect(try await handshake(shop.port).contains("CN = first"))
      try put(second.certificate, first.key)
      certificates.reload(quiet)
      #expect(try await handshake(shop.port).contains("CN = first"), "the key is another's")
      try put(second.certificate, second.key)
      certificates.reload(quiet)
      #expect(try await handshake(shop.port).contains("CN = second"))
      try Data("nonsense".utf8).write(to: file)
      certificates.reload(forced: true, quiet)
      #expect(try await handshake(shop.port).contains("CN = second"))
      try FileManager.default.removeItem(at: file)
      certificates.reload(quiet)
      #expect(try await handshake(shop.port).contains("CN = second"))
    }
  }
}

@Test func `a connection that stands outlives its certificate`() async throws {
  try await Shop.folder { folder in
    let first = try await Shop.certificate("first", in: folder)
    let second = try await Shop.certificate("second", in: folder)
    let (file, key) = (folder.appending(path: "c.pem"), folder.appending(path: "k.pem"))
    try Data(contentsOf: URL(filePath: first.certificate)).write(to: file)
    try Data(contentsOf: URL(filePath: first.key)).write(to: key)
    let certificates = try Certificates(certificate: file.path(), key: key.path())
    try await Shop.open(certificates: certificates) { shop in
      let address = "https://localhost:\(shop.port)/healthz"
      // One request every two seconds; between them the certificate changes.
      async let client = Shop.run(
        "curl",
        [
          "-sS", "--cacert", first.certificate, "--rate", "30/m", "-w",
          "%{http_code} %{num_connects};", "-o", "/dev/null", "-o", "/dev/null", address, address,
        ])
      try await Task.sleep(for: .seconds(1))
      try Data(contentsOf: URL(filePath: second.certificate)).write(to: file)
      try Data(contentsOf: URL(filePath: second.key)).write(to: key)
      certificates.reload(quiet)
      #expect(try await handshake(shop.port).contains("CN = second"))
      let (status, text) = try await client
      #expect(status == 0, "\(text)")
      #expect(text == "200 1;200 0;", "the second request came by the first connection")
    }
  }
}

@Test func `TLS is spoken from version 1_2 on, and says so for good`() async throws {
  try await Shop.folder { folder in
    let files = try await Shop.certificate("one", in: folder)
    let certificates = try Certificates(certificate: files.certificate, key: files.key)
    try await Shop.open(certificates: certificates) { shop in
      for version in ["-tls1_2", "-tls1_3"] {
        let answer = try await handshake(shop.port, [version])
        #expect(answer.contains("CN = one"), "\(version)")
      }
      for weak in [
        ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"],
      ] {
        #expect(try await !handshake(shop.port, weak).contains("CN = one"), "\(weak)")
      }
      let page = try await Shop.run(
        "curl",
        ["-sS", "-i", "--cacert", files.certificate, "https://localhost:\(shop.port)/healthz"])
      #expect(page.output.lowercased().contains("strict-transport-security: max-age=31536000"))
      let plain = try Wire(port: shop.port)
      plain.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await plain.answer(within: 20)?.contains("200 OK") != true)
    }
  }
}

@Test func `files that make no certificate are refused in words`() async throws {
  try await Shop.folder { folder in
    let one = try await Shop.certificate("one", in: folder)
    let other = try await Shop.certificate("other", in: folder)
    for (certificate, key) in [
      (one.certificate, other.key), (one.key, one.key), ("/nowhere", one.key),
      (one.certificate, "/nowhere"),
    ] {
      let failure = #expect(throws: Failure.self) {
        try Certificates(certificate: certificate, key: key)
      }
      #expect(failure?.code == 65)
    }
  }
}

@Test func `plain HTTP promises no TLS, unless a trusted proxy speaks it`() async throws {
  try await Shop.open { shop in
    let answer = try await Shop.run(
      "curl",
      ["-sS", "-i", "-H", "X-Forwarded-Proto: https", "http://127.0.0.1:\(shop.port)/healthz"])
    #expect(!answer.output.lowercased().contains("strict-transport-security"))
  }
  var options = ServiceOptions()
  options.proxies = try #require(TrustedProxies("127.0.0.1"))
  try await Shop.open(options: options) { shop in
    let answer = try await Shop.run(
      "curl",
      ["-sS", "-i", "-H", "X-Forwarded-Proto: https", "http://127.0.0.1:\(shop.port)/healthz"])
    #expect(answer.output.lowercased().contains("strict-transport-security"))
  }
}
