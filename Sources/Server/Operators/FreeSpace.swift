import Foundation
import Store

/// Free space on the disk of a folder, against a floor.
struct FreeSpace: Sendable {
  let path: String
  /// In megabytes.
  let floor: Int

  /// Free megabytes; nil where the folder's disk cannot be asked.
  var free: Int? {
    let facts = try? FileManager.default.attributesOfFileSystem(forPath: path)
    return (facts?[.systemFreeSize] as? NSNumber).map { Int($0.int64Value >> 20) }
  }

  /// The check of `/readyz`.
  var check: Readiness.Check {
    guard let free else { return .init("disk", false, "the disk of \(path) cannot be asked") }
    return .init("disk", free >= floor, "\(free) MB free, floor \(floor) MB")
  }
}
