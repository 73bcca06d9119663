import CLibPQ
import Foundation

/// Makes the cluster's folder and data and starts its server, while its caller waits.
struct ClusterServer {
  let folder: ClusterFolder
  private let user: ServerUser
  private let programs: ClusterPrograms

  /// Makes the folder, and finds the user and the programs that fit what is in it.
  init(_ folder: ClusterFolder) throws {
    self.folder = folder
    user = try ServerUser.current(output: "/dev/null")
    let parent = URL(fileURLWithPath: folder.path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    } catch {
      throw PostgresError(.cluster, "the folder \(parent.path) cannot be made")
    }
    try user.makeFolder(folder.path)
    let reach = user.command(["/usr/bin/test", "-x", folder.path, "-a", "-w", folder.path])
    guard try ChildProcess.run(reach, output: "/dev/null") == 0 else {
      throw PostgresError(
        .cluster,
        "the server's user \(user.name) cannot reach \(folder.path): choose a folder that it can "
          + "enter, under /var/lib for example, not under /root")
    }
    try user.makeFolder(folder.socket)
    programs = try ClusterPrograms.find(for: folder.version, output: folder.startLog)
  }

  /// Makes the data if there is none.
  func initialise() throws {
    guard folder.version == nil else { return }
    if FileManager.default.fileExists(atPath: folder.unfinishedData) {
      try FileManager.default.removeItem(atPath: folder.unfinishedData)
    }
    let status = try ChildProcess.run(user.command(initialisation), output: folder.startLog)
    guard status == 0, unsafe rename(folder.unfinishedData, folder.data) == 0 else {
      throw PostgresError(.cluster, "initdb failed: \(folder.lastWords)")
    }
  }

  /// Starts the server, which ends with the thread that calls this.
  func launch() throws -> pid_t {
    let settings = settings.flatMap { ["-c", "\($0.0)=\($0.1)"] }
    let command = [programs.postgres, "-D", folder.data] + settings
    return try ChildProcess.spawn(
      user.command(command, diesWithParent: true), output: folder.startLog)
  }

  /// Whether the server takes connections.
  var isReady: Bool {
    unsafe PQping(folder.connectionString(database: "postgres", user: Cluster.superuser))
      == PQPING_OK
  }

  private var initialisation: [String] {
    var arguments = [
      programs.initdb, "-D", folder.unfinishedData, "-U", Cluster.superuser,
      "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C.UTF-8",
      "--data-checksums",
    ]
    // Text sorts as Kazakh does; before 15 only single collations could be ICU's.
    if programs.version >= 15 { arguments += ["--locale-provider=icu", "--icu-locale=kk"] }
    if !folder.isDurable { arguments.append("--no-sync") }
    return arguments
  }

  private var settings: [(String, String)] {
    let common = [
      ("listen_addresses", ""), ("port", "5432"),
      ("unix_socket_directories", "\"\(folder.socket)\""), ("unix_socket_permissions", "0700"),
      ("max_connections", "200"),
      // Statements and details quote rows, and rows are about people.
      ("log_error_verbosity", "terse"), ("log_min_error_statement", "panic"),
      ("log_parameter_max_length", "0"), ("log_parameter_max_length_on_error", "0"),
    ]
    return common + (folder.isDurable ? durableSettings : throwAwaySettings)
  }

  private var durableSettings: [(String, String)] {
    [
      ("shared_buffers", "\(Self.bufferMegabytes)MB"), ("max_wal_size", "2GB"),
      // A file for each day of the week, each overwritten after a week.
      ("logging_collector", "on"), ("log_directory", folder.logs),
      ("log_filename", "%a.log"), ("log_truncate_on_rotation", "on"),
      ("log_rotation_age", "1d"), ("log_rotation_size", "0"),
    ]
  }

  /// An eighth of the memory: what is not in them is read and its checksum computed again.
  private static var bufferMegabytes: UInt64 {
    min(max(ProcessInfo.processInfo.physicalMemory >> 23, 128), 2048)
  }

  private var throwAwaySettings: [(String, String)] {
    [
      ("shared_buffers", "64MB"), ("fsync", "off"), ("full_page_writes", "off"),
      ("synchronous_commit", "off"),
    ]
  }
}
