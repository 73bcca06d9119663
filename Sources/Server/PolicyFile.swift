import App
import Domain
import Foundation

/// The policy named in the settings: a shipped one by its code, or a file.
func loadPolicy(_ name: String) throws -> Policy {
  do {
    let policy = try PolicyDocument(named: name).policy
    let mistakes = policy.validate()
    guard mistakes.isEmpty else {
      throw Failure.badData("The policy \(name) is not usable: \(mistakes.joined(separator: "; "))")
    }
    return policy
  } catch let failure as Failure {
    throw failure
  } catch {
    throw Failure.badData("The policy \(name) cannot be read: \(error)")
  }
}
