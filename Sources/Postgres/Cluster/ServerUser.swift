import Foundation

/// The operating system's user under which the server runs: PostgreSQL refuses to be root.
struct ServerUser: Sendable {
  let name: String
  let userID: uid_t
  let groupID: gid_t
  /// Whether this process is root and steps down for the server.
  let isDropped: Bool

  /// This process's own user, or `postgres` for root.
  static func current(output: String) throws -> ServerUser {
    guard geteuid() == 0 else {
      return ServerUser(
        name: String(geteuid()), userID: geteuid(), groupID: getegid(), isDropped: false)
    }
    if let user = find() { return user }
    // A bare number will not do: initdb looks its user up by name.
    let command = ["/usr/sbin/useradd", "--system", "--no-create-home", "--user-group", account]
    _ = try ChildProcess.run(command, output: output)
    if let user = find() { return user }
    throw PostgresError(
      .cluster, "PostgreSQL will not run as root, and the user \(account) could not be made")
  }

  private static let account = "postgres"

  private static func find() -> ServerUser? {
    guard let entry = unsafe getpwnam(account) else { return nil }
    return unsafe ServerUser(
      name: account, userID: entry.pointee.pw_uid, groupID: entry.pointee.pw_gid, isDropped: true)
  }

  /// The command as this user runs it, ended by SIGINT should the thread that started it end.
  func command(_ arguments: [String], diesWithParent: Bool = false) -> [String] {
    var prefix = [Self.setpriv]
    if isDropped {
      prefix += ["--reuid", name, "--regid", String(groupID), "--init-groups", "--reset-env"]
    }
    // SIGINT is the server's fast shutdown.
    if diesWithParent { prefix += ["--pdeathsig", "INT"] }
    return prefix.count == 1 ? arguments : prefix + ["--"] + arguments
  }

  private static let setpriv = "/usr/bin/setpriv"

  /// Makes a folder that only this user and root can enter.
  ///
  /// - Throws: if there is something else in its place: a link, or another user's folder.
  func makeFolder(_ path: String) throws {
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
      throw PostgresError(.cluster, "the folder \(path) cannot be made (errno \(errno))")
    }
    var found = stat()
    guard unsafe lstat(path, &found) == 0, found.st_mode & S_IFMT == S_IFDIR,
      found.st_uid == userID || found.st_uid == geteuid()
    else { throw PostgresError(.cluster, "\(path) is not a folder of \(name)") }
    guard unsafe chown(path, userID, groupID) == 0, unsafe chmod(path, 0o700) == 0 else {
      throw PostgresError(.cluster, "\(path) cannot be given to \(name) (errno \(errno))")
    }
  }
}
