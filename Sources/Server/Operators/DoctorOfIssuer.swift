import App
import Foundation

extension Doctor {
  /// Whether the issuer at which people may sign in answers; nothing where there is none.
  func issuer() async -> [Finding] {
    // What is wrong with the settings was told among them.
    guard let settings = try? settings.openID else { return [] }
    let (keys, why) = await OpenID(settings).examine(at: now())
    guard let keys else {
      return [
        .fail(
          "issuer", "\(settings.issuer): \(why)",
          next: "Look at oidc.issuer, and whether this machine reaches it.")
      ]
    }
    return [
      .verify(
        "issuer", keys > 0, "\(settings.issuer) answers and publishes \(keys) keys",
        next: "Nobody can sign in there before it publishes a key that can be used.")
    ]
  }
}
