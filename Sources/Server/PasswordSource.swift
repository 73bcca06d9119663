import App
import ArgumentParser
import Domain
import Foundation
import Store

/// From where a new password comes: never from the command line, which others can read.
struct PasswordSource: ParsableArguments {
  @Option(help: "A file whose first line is the password.")
  var passwordFile: String?

  /// Reads the password, and refuses one that will not do.
  func read(for login: LoginName, of name: String = "") async throws -> Password {
    let check = try await Settings.load().passwordCheck
    let password = Password(try text())
    switch try await check.mistake(in: password, for: login, of: name) {
    case nil: return password
    case .tooShort:
      throw Failure.badData("The password has fewer than \(PasswordRule.shortest) characters.")
    case .tooLong:
      throw Failure.badData("The password has more than \(PasswordRule.longest) characters.")
    case .common: throw Failure.badData("The password is among those that are tried first.")
    case .breached:
      throw Failure.badData("The password was stolen somewhere and published. Take another one.")
    case .holdsLogin: throw Failure.badData("The password contains the name to sign in.")
    }
  }

  private func text() throws -> String {
    if let passwordFile {
      do {
        let content = try String(contentsOfFile: passwordFile, encoding: .utf8)
        return String(content.prefix { !$0.isNewline })
      } catch {
        throw Failure.badData("The file \(passwordFile) cannot be read.")
      }
    }
    guard isatty(STDIN_FILENO) == 1 else {
      guard let line = readLine() else { throw Failure.badData("There is no password to read.") }
      return line
    }
    let first = try Self.ask("New password: ")
    guard first == (try Self.ask("Once more: ")) else {
      throw Failure.badData("The two are not the same.")
    }
    return first
  }

  /// Asks at the terminal, which shows nothing of what is typed.
  private static func ask(_ question: String) throws -> String {
    FileHandle.standardError.write(Data(question.utf8))
    var shown = termios()
    guard tcgetattr(STDIN_FILENO, &shown) == 0 else {
      throw Failure.unavailable("The terminal cannot be asked without showing the password.")
    }
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
      complain("")
    }
    guard let line = readLine() else { throw Failure.badData("There is no password to read.") }
    return line
  }
}

/// The id that an argument names.
func identity<Entity>(_ text: String, _ argument: String) throws -> ID<Entity> {
  guard let id = ID<Entity>(text) else {
    throw ValidationError("\(argument) takes an id, a UUID.")
  }
  return id
}

/// Tells a refusal of accounts and tokens in words.
func inWords<T>(_ body: () async throws -> T) async throws -> T {
  do {
    return try await body()
  } catch let invalid as InvalidInput {
    let codes = invalid.problems.map(\.code)
    throw Failure.badData(sentence(of: codes.first ?? "invalid_input"))
  } catch let refusal as any Refusal {
    throw Failure.badData(sentence(of: refusal.code))
  } catch let missing as NotFound {
    throw Failure.badData("There is no such \(missing.what).")
  }
}

private func sentence(of code: String) -> String {
  switch code {
  case "site_unknown": "There is no such site."
  case "hospital_needs_site": "A hospital needs --site, the site_id of the hospital."
  case "admin_has_no_site": "An administrator works for the whole country: leave --site out."
  case "role_not_grantable": "No account can have this role."
  case "login_taken": "Somebody signs in with this name already."
  case "already_granted": "The account holds this grant already."
  case "account_disabled": "The account is disabled."
  case "second_factor_not_made": "The account has no second factor."
  case "link_taken": "Another account is linked to this subject already."
  case "machine_has_no_link": "A machine signs in nowhere; it sends a token."
  default: "It is refused: \(code)."
  }
}

/// Does something with every record of a list that comes in pages.
func eachPage<Record>(
  _ page: (Page<Record>) async throws -> [Record], _ body: (Record) throws -> ID<Record>
) async throws {
  var after: ID<Record>?
  repeat {
    let records = try await page(Page(after: after, limit: 200))
    after = nil
    for record in records { after = try body(record) }
  } while after != nil
}
