import Foundation

/// A serial executor with a thread of its own, on which blocking is allowed.
///
/// Swift's cooperative pool has one thread per core; a thread blocked in libpq would take a core
/// from everybody.
// Safe because `jobs` and `isStopped` are only touched while `condition` is locked.
final class ThreadExecutor: SerialExecutor, @unchecked Sendable {
  private let condition = NSCondition()
  private var jobs: [UnownedJob] = []
  private var isStopped = false

  init(name: String) {
    // The thread keeps the executor alive until it is stopped.
    let thread = Thread { self.work() }
    thread.name = name
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      jobs.append(job)
      condition.signal()
    }
  }

  /// Ends the thread once its jobs are done.
  func stop() {
    condition.withLock {
      isStopped = true
      condition.signal()
    }
  }

  private func work() {
    while let jobs = nextJobs() {
      for job in jobs { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
    }
  }

  /// Waits for jobs; nil when there are none and there will be none.
  private func nextJobs() -> [UnownedJob]? {
    condition.withLock {
      while jobs.isEmpty, !isStopped { condition.wait() }
      defer { jobs = [] }
      return jobs.isEmpty ? nil : jobs
    }
  }
}
