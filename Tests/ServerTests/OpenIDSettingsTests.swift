import App
import Foundation
import TestSupport
import Testing

@testable import Server

@Test func `nobody signs in elsewhere unless an issuer is set`() async throws {
  for environment in [[:], ["TAMSHY_CONFIG": "config/tamshy.yaml"], ["TAMSHY_OIDC_ISSUER": ""]] {
    let settings = try await Settings.load(environment: environment)
    #expect(try settings.options(disk: ".", logsRequests: false).openID == nil)
    #expect(await Doctor(settings: settings).issuer().isEmpty)
  }
}

@Test func `an issuer is set with its client and the file of its secret`() async throws {
  try await Shop.folder { folder in
    let file = folder.appending(path: "oidc-secret").path()
    try "s3cret\nnot this\n".write(toFile: file, atomically: true, encoding: .utf8)
    let whole = [
      "TAMSHY_OIDC_ISSUER": "https://login.example.kz", "TAMSHY_OIDC_CLIENT_ID": "tamshy",
      "TAMSHY_OIDC_CLIENT_SECRET_FILE": file,
    ]
    let settings = try await Settings.load(environment: whole)
    let openID = try #require(try settings.options(disk: ".", logsRequests: false).openID)
    #expect(openID.issuer == "https://login.example.kz")
    #expect(!"\(openID)".contains("s3cret"))
    #expect(settings.secretFiles.map(\.key) == ["oidc.client_secret_file"])
    for change in [
      ["TAMSHY_OIDC_ISSUER": "http://login.example.kz"], ["TAMSHY_OIDC_CLIENT_ID": ""],
      ["TAMSHY_OIDC_CLIENT_SECRET_FILE": ""], ["TAMSHY_OIDC_CLIENT_SECRET_FILE": "/nowhere/x"],
      ["TAMSHY_OIDC_ALGORITHMS": "RS256, none"], ["TAMSHY_OIDC_ALGORITHMS": "HS256"],
      ["TAMSHY_OIDC_MAX_AGE": "-1"], ["TAMSHY_OIDC_MAX_AGE": "86401"],
      ["TAMSHY_OIDC_REDIRECT_URL": "https://tamshy.example.kz/"],
      ["TAMSHY_OIDC_REDIRECT_URL": "http://tamshy.example.kz/sign-in/oidc/callback"],
    ] {
      let wrong = try await Settings.load(environment: whole.merging(change) { $1 })
      let failure = #expect(throws: Failure.self, "\(change)") {
        try wrong.options(disk: ".", logsRequests: false)
      }
      #expect(failure?.code == 65 && failure?.description.contains("oidc.") == true)
    }
  }
}

@Test func `the doctor asks the issuer, and looks who may read the secret`() async throws {
  try await TestIssuer.lend { issuer in
    try await Shop.folder { folder in
      let file = folder.appending(path: "oidc-secret").path()
      try "s3cret".write(toFile: file, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
      let settings = try await Settings.load(environment: [
        "TAMSHY_OIDC_ISSUER": issuer.address, "TAMSHY_OIDC_CLIENT_ID": "tamshy",
        "TAMSHY_OIDC_CLIENT_SECRET_FILE": file,
      ])
      let doctor = Doctor(settings: settings, stateDir: "/nowhere")
      let findings = await doctor.findings()
      let issuerFinding = try #require(findings.first { $0.check == "issuer" })
      #expect(issuerFinding.verdict == .ok && issuerFinding.found.contains("1 keys"))
      let secret = try #require(findings.first { $0.check == "file" })
      #expect(secret.verdict == .fail && secret.found.contains("oidc.client_secret_file"))
      issuer.publish([["kty": "oct", "kid": "x"]])
      #expect(await doctor.issuer().map(\.verdict) == [.fail])
      issuer.behave { $0.discoveryEndpoint = .says(500, "") }
      let away = await doctor.issuer()
      #expect(away.map(\.verdict) == [.fail])
      #expect(away[0].found.contains("oidc_unreachable"))
    }
  }
}
