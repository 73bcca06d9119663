import Foundation

/// Programs started by this process, in a session of their own.
///
/// A session of its own keeps the terminal's Ctrl-C from a server that its parent will stop in
/// good order.
enum ChildProcess {
  /// Starts a program with its output appended to a file, and answers its process.
  static func spawn(_ command: [String], output: String) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let mode = O_WRONLY | O_CREAT | O_APPEND
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, mode, 0o600)
    unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe beginAnew(&attributes)
    var pid: pid_t = 0
    let code = try unsafe withMutableCStrings(command) { arguments in
      try unsafe withMutableCStrings(environment) { environment in
        unsafe posix_spawn(
          &pid, command[0], &actions, &attributes, arguments, environment)
      }
    }
    guard code == 0 else {
      throw PostgresError(.cluster, "\(command[0]) could not be started (errno \(code))")
    }
    return pid
  }

  /// A session of its own, and no signal blocked or ignored because this process does so.
  private static func beginAnew(_ attributes: UnsafeMutablePointer<posix_spawnattr_t>) {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(attributes, &signals)
    let flags = newSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    unsafe posix_spawnattr_setflags(attributes, flags)
  }

  /// Waits for a child to end and answers its exit status, or 128 and its signal.
  @discardableResult
  static func wait(for pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) == -1, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }

  /// Whether the process still runs; a child that has ended is buried.
  static func isAlive(_ pid: pid_t) -> Bool {
    var status: Int32 = 0
    if unsafe waitpid(pid, &status, WNOHANG) == pid { return false }
    return kill(pid, 0) == 0
  }

  /// Runs a program to its end.
  static func run(_ command: [String], output: String) throws -> Int32 {
    wait(for: try spawn(command, output: output))
  }

  /// POSIX_SPAWN_SETSID, which the C library hides behind _GNU_SOURCE.
  private static let newSession: Int16 = 0x80

  // The server's messages stay in English, so that its log can be searched.
  private static let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]
}

/// Lends an array of strings to a C function that takes them as mutable and leaves them alone.
private func withMutableCStrings<T>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> T
) throws -> T {
  try unsafe withCStrings(strings) { pointers in
    let list = unsafe UnsafeBufferPointer(start: pointers, count: strings.count + 1)
    var mutable = unsafe list.map { unsafe UnsafeMutablePointer(mutating: $0) }
    return try unsafe mutable.withUnsafeMutableBufferPointer { list in
      guard let base = list.baseAddress else { throw PostgresError(.cluster, "no program") }
      return try unsafe body(base)
    }
  }
}
