import App
import Domain
import Foundation

/// The policy named in the settings: a shipped one by its code, or a file.
///
/// Values that the file of confirmations names count as confirmed.
func loadPolicy(_ name: String, confirmedIn path: String? = nil) throws -> Policy {
  let document = try readPolicy(name, confirmedIn: path)
  for confirmation in document.outdated {
    complain("\(confirmation.value) of \(name) is no longer what was confirmed: a draft again.")
  }
  return document.policy
}

/// Reads a policy with everything known about its values.
func readPolicy(_ name: String, confirmedIn path: String? = nil) throws -> PolicyDocument {
  do {
    return try PolicyDocument(named: name, confirmations: path.map(readConfirmations) ?? [])
  } catch let error as PolicyMistakes {
    throw Failure.badData(
      (["The policy \(name) is not usable:"] + error.mistakes.map { "\(name):\($0)" })
        .joined(separator: "\n"))
  } catch let failure as Failure {
    throw failure
  } catch {
    throw Failure.badData("The policy \(name) cannot be read: \(error.localizedDescription)")
  }
}

private func readConfirmations(_ path: String) throws -> [Confirmation] {
  do {
    return try ConfirmationFile(path: path).confirmations
  } catch {
    throw Failure.badData("The confirmations \(path) cannot be read: \(error)")
  }
}
