import CLibPQ

/// A word from the server that is not an error: a NOTICE, a WARNING.
package struct Notice: Sendable, Hashable {
  /// `WARNING`, `NOTICE`, `INFO` …, never translated.
  package let severity: String
  /// The state that goes with it.
  package let state: SQLState
  /// The server's words, which may quote data.
  package let message: String
  /// The server's function that spoke: the one thing that no translation changes.
  let source: String?

  /// Whether a commit was kept here but not confirmed by the standby it has to wait for.
  var leavesCommitUnconfirmed: Bool {
    severity == "WARNING"
      && (source == "SyncRepWaitForLSN"
        || message.contains("wait for synchronous replication"))
  }
}

/// The notices of one session since they were last taken.
final class NoticeLog {
  private(set) var notices: [Notice] = []

  func clear() {
    if !notices.isEmpty { notices.removeAll() }
  }

  /// Has libpq report to this log, which must outlive the connection.
  func attach(to handle: OpaquePointer) {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    _ = unsafe PQsetNoticeReceiver(
      handle,
      { context, result in
        guard let context = unsafe context, let result = unsafe result else { return }
        let log = unsafe Unmanaged<NoticeLog>.fromOpaque(context).takeUnretainedValue()
        unsafe log.record(result)
      }, context)
  }

  private func record(_ result: OpaquePointer) {
    // A loop that raises notices must not fill the memory.
    guard notices.count < 256 else { return }
    let field = unsafe Diagnostic(result: result)
    notices.append(
      Notice(
        severity: field.severity ?? "NOTICE", state: field.state ?? .warning,
        message: field.message ?? "", source: field.sourceFunction))
  }
}
