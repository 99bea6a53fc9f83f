import Checkpoints
import Foundation

/// A profile's file that grows by a line at a time, with every measurement as soon as it is taken: a
/// process that dies loses at most the run that it is measuring.
package final class ProfileLog {
  private let path: String
  private let handle: FileHandle

  /// What the file held.
  package let profile: Profile

  /// Whether a torn last line was cut off.
  package let wasTorn: Bool

  /// The number of each subject's last list of candidates, and the list.
  private var lists: [TuningEntry.Subject: (number: Int, list: CandidateList)] = [:]

  /// Lists of candidates in the file.
  private var listCount = 0

  /// Makes a file at `path` with a header, or goes on with the one that is there.
  ///
  /// - Parameter resuming: whether there may be one; it must be of this processor.
  /// - Throws: `cannotCreate`; what reading a profile throws.
  package init(_ path: String, resuming: Bool) throws(CheckpointError) {
    self.path = path
    guard resuming || !FileManager.default.fileExists(atPath: path) else {
      throw CheckpointError(
        .cannotCreate, file: path, found: "a file", expected: "none, or to be told to resume")
    }
    // A pipe that nobody reads is not waited for.
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.unopened(path, SystemReason.text(errno)) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // A process may have died before its first line, too.
    if try Self.locked(descriptor, path).st_size == 0 {
      try Self.write(ProfileHeader.current.line, to: handle, at: path)
    }
    let found = try ProfileFile(contentsOf: path)
    profile = found.profile
    wasTorn = found.isTorn
    guard profile.header.cpu == ProfileHeader.current.cpu else {
      throw CheckpointError(
        .malformed, file: "\(path): line 1", found: "measurements of '\(profile.header.cpu)'",
        expected: "those of '\(ProfileHeader.current.cpu)'")
    }
    for list in found.lists { add(list) }
    guard ftruncate(descriptor, off_t(found.wholeBytes)) == 0 else {
      throw Self.unwritten(path, SystemReason.text(errno))
    }
  }

  /// The status of the file at `path` once no other process writes it.
  ///
  /// - Parameter descriptor: of that file, opened already.
  private static func locked(
    _ descriptor: Int32, _ path: String
  ) throws(CheckpointError) -> stat {
    let isOther = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    var mine = stat()
    var present = stat()
    guard fstat(descriptor, &mine) == 0, mine.st_mode & S_IFMT == S_IFREG else {
      throw unopened(path, "no regular file")
    }
    // Another process may have put its finished profile there after this one opened the file.
    guard !isOther, stat(path, &present) == 0,
      (present.st_dev, present.st_ino) == (mine.st_dev, mine.st_ino)
    else { throw unopened(path, "another process that measures into it") }
    return mine
  }

  private static func unopened(_ path: String, _ found: String) -> CheckpointError {
    CheckpointError(
      .cannotCreate, file: path, found: found, expected: "a place to write a file")
  }

  private func add(_ list: CandidateList) {
    lists[list.subject] = (listCount, list)
    listCount += 1
  }

  /// Appends a decision.
  ///
  /// - Throws: `cannotWrite`.
  package func append(_ entry: TuningEntry) throws(CheckpointError) {
    try write(entry.line)
  }

  /// Appends what measurements will be of, where the file does not say it yet.
  ///
  /// - Throws: `cannotWrite`.
  package func append(_ list: CandidateList) throws(CheckpointError) {
    guard lists[list.subject]?.list != list else { return }
    try write(list.line(listCount))
    add(list)
  }

  /// One measurement: the subject, the place of the candidate in the subject's last list, nanoseconds.
  package typealias Measurement = (
    subject: TuningEntry.Subject, candidate: Int, nanoseconds: Int
  )

  /// Appends what was measured in one run.
  ///
  /// - Throws: `cannotWrite`.
  package func append(_ measurements: [Measurement]) throws(CheckpointError) {
    guard !measurements.isEmpty else { return }
    let samples = measurements.map { subject, candidate, nanoseconds in
      guard let number = lists[subject]?.number else {
        preconditionFailure("candidates are listed before they are measured")
      }
      return Sample(contest: number, candidate: candidate, nanoseconds: nanoseconds)
    }
    try write(Sample.line(samples))
  }

  /// Leaves in the file what `profile`, which holds all that was appended, says in the shortest way;
  /// nothing may be appended any more.
  ///
  /// - Throws: `cannotCreate` or `cannotWrite`; the file is as it was then.
  package func finish(_ profile: Profile) throws(CheckpointError) {
    guard listCount > 0 else { return }
    let file = try WholeFile(path)
    if file.isReplacing { try profile.write(to: file) }
  }

  private func write(_ line: String) throws(CheckpointError) {
    try Self.write(line, to: handle, at: path)
  }

  private static func write(
    _ line: String, to handle: FileHandle, at path: String
  ) throws(CheckpointError) {
    do {
      try handle.write(contentsOf: Data(line.utf8))
    } catch {
      throw unwritten(path, SystemReason.text(of: error))
    }
  }

  private static func unwritten(_ path: String, _ found: String) -> CheckpointError {
    CheckpointError(.cannotWrite, file: path, found: found, expected: "room for a line")
  }
}
