import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import App
@testable import TestSupport

@Test(arguments: ["cross-site", "same-site"])
func `another site sends nobody to the issuer`(site: String) async throws {
  try await Ward.play { ward in
    let answer = try await ward.cast.clients.nobody.get(
      "/sign-in/oidc", ["Sec-Fetch-Site": site, "Accept": "text/html"])
    #expect(answer.status == .forbidden && answer.code == "form_of_another_site")
    #expect(answer.header("Set-Cookie") == nil)
    #expect(try await ward.cast.world.count("departures") == 0)
    for own in ["same-origin", "none"] {
      let leaving = try await ward.cast.clients.nobody.get(
        "/sign-in/oidc", ["Sec-Fetch-Site": own])
      #expect(leaving.status == .seeOther, "\(own)")
    }
  }
}

@Test func `who signed in elsewhere long ago is asked there again`() async throws {
  try await Ward.play { ward in
    #expect(try await ward.leave().question["max_age"] == "900")
    for claim in [Conduct.Claim.absent, .seconds(-961), .seconds(61), .text("now")] {
      ward.issuer.behave { $0.claims["auth_time"] = claim }
      try expectPage(await ward.signIn(), .forbidden, "oidc_token_refused", "\(claim)")
    }
    #expect(try await ward.sessions() == 0)
    for claim in [Conduct.Claim.seconds(-959), .seconds(59)] {
      ward.issuer.behave { $0.claims["auth_time"] = claim }
      #expect(try await ward.signIn().status == .seeOther, "\(claim)")
    }
  }
}
