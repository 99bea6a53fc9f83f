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
    let isThere = FileManager.default.fileExists(atPath: path)
    guard resuming || !isThere else {
      throw CheckpointError(
        .cannotCreate, file: path, found: "a file", expected: "none, or to be told to resume")
    }
    // Whole from the start: a process may die between any two lines of this.
    if !isThere { try Profile().write(to: path) }
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.unopened(path, SystemReason.text(errno)) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      throw Self.unopened(path, "another process that measures into it")
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
      throw unwritten(SystemReason.text(errno))
    }
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
    do {
      try handle.write(contentsOf: Data(line.utf8))
    } catch {
      throw unwritten(SystemReason.text(of: error))
    }
  }

  private func unwritten(_ found: String) -> CheckpointError {
    CheckpointError(.cannotWrite, file: path, found: found, expected: "room for a line")
  }
}
