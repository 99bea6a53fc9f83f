import Checkpoints
import Foundation

/// A profile's file that grows by a line at a time: a process that dies loses at most the line it is
/// writing.
package final class ProfileLog {
  private let path: String
  private let descriptor: Int32

  /// What the file held.
  package let profile: Profile

  /// Whether a torn last line was cut off.
  package let wasTorn: Bool

  /// Makes a file at `path` with a header, or goes on with the one that is there.
  ///
  /// - Parameter resuming: whether there may be one; it must be of this processor.
  /// - Throws: `cannotCreate`; what reading a profile throws.
  package init(_ path: String, resuming: Bool) throws(CheckpointError) {
    self.path = path
    let isThere = FileManager.default.fileExists(atPath: path)
    guard resuming || !isThere else {
      throw CheckpointError(
        .cannotCreate, file: path, found: "a file", expected: "none, or to be told to resume")
    }
    let found = isThere ? try ProfileFile(contentsOf: path) : nil
    profile = found?.profile ?? Profile()
    wasTorn = found?.isTorn ?? false
    guard profile.header.cpu == ProfileHeader.current.cpu else {
      throw CheckpointError(
        .malformed, file: "\(path): line 1", found: "measurements of '\(profile.header.cpu)'",
        expected: "those of '\(ProfileHeader.current.cpu)'")
    }
    descriptor = open(
      path, O_WRONLY | O_APPEND | O_CLOEXEC | (isThere ? 0 : O_CREAT | O_EXCL), 0o666)
    guard descriptor >= 0 else {
      throw CheckpointError(
        .cannotCreate, file: path, found: String(cString: strerror(errno)),
        expected: "a place to write a file")
    }
    if let found {
      guard ftruncate(descriptor, off_t(found.wholeBytes)) == 0 else { throw unwritten(errno) }
    } else {
      try write(profile.header.line)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Appends an entry.
  ///
  /// - Throws: `cannotWrite`.
  package func append(_ entry: TuningEntry) throws(CheckpointError) {
    try write(entry.line)
  }

  /// Hands a line to the system in one piece where it can be.
  private func write(_ line: String) throws(CheckpointError) {
    var bytes = Array(line.utf8)
    while !bytes.isEmpty {
      let count = Foundation.write(descriptor, bytes, bytes.count)
      if count >= 0 {
        bytes.removeFirst(count)
      } else if errno != EINTR {
        throw unwritten(errno)
      }
    }
  }

  private func unwritten(_ code: Int32) -> CheckpointError {
    CheckpointError(
      .cannotWrite, file: path, found: String(cString: strerror(code)),
      expected: "room for a line")
  }
}
