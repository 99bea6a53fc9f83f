import FastViTFiles
import Foundation

/// A profile's file that grows line by line: every measurement is written as soon as it is taken, so a process
/// that dies loses at most the run that it is measuring.
package final class ProfileLog {
  private let path: String
  private let handle: FileHandle

  /// What the file held when it was opened.
  package let profile: Profile

  /// Whether a torn last line was cut off.
  package let wasTorn: Bool

  /// The last list of candidates of each subject, with the list's number in the file.
  private var lists: [TuningEntry.Subject: (number: Int, list: CandidateList)] = [:]

  /// The number of lists of candidates in the file.
  private var listCount = 0

  /// Makes a file at `path` with a header, or continues the file that is there.
  ///
  /// - Parameter resuming: whether there may be a file, which must be of this processor.
  /// - Throws: `cannotCreate`; what reading a profile throws.
  package init(_ path: String, resuming: Bool) throws(FileError) {
    self.path = path
    guard resuming || !FileManager.default.fileExists(atPath: path) else {
      throw FileError(
        .cannotCreate, file: path, found: "a file", expected: "none, or to be told to resume")
    }
    // Without waiting for a reader, where the path is a pipe.
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.unopened(path, SystemReason.text(errno)) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // Empty: the file is new, or a process died before it wrote the first line.
    if try Self.locked(descriptor, path).st_size == 0 {
      try Self.write(ProfileHeader.current.line, to: handle, at: path)
    }
    let found = try ProfileFile(contentsOf: path)
    profile = found.profile
    wasTorn = found.isTorn
    guard profile.header.cpu == ProfileHeader.current.cpu else {
      throw FileError(
        .malformed, file: "\(path): line 1", found: "measurements of '\(profile.header.cpu)'",
        expected: "those of '\(ProfileHeader.current.cpu)'")
    }
    for list in found.lists { add(list) }
    guard ftruncate(descriptor, off_t(found.wholeBytes)) == 0 else {
      throw Self.unwritten(path, SystemReason.text(errno))
    }
  }

  /// Locks the file at `path` against other processes, and returns its status.
  ///
  /// - Parameter descriptor: that of the file, which is open.
  /// - Throws: `cannotCreate` where it is no regular file, or another process writes it.
  private static func locked(
    _ descriptor: Int32, _ path: String
  ) throws(FileError) -> stat {
    let isOther = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    var mine = stat()
    var present = stat()
    guard fstat(descriptor, &mine) == 0, mine.st_mode & S_IFMT == S_IFREG else {
      throw unopened(path, "no regular file")
    }
    // The path may lead to another file by now: a process that finishes replaces the file.
    guard !isOther, stat(path, &present) == 0,
      (present.st_dev, present.st_ino) == (mine.st_dev, mine.st_ino)
    else { throw unopened(path, "another process that measures into it") }
    return mine
  }

  private static func unopened(_ path: String, _ found: String) -> FileError {
    FileError(
      .cannotCreate, file: path, found: found, expected: "a place to write a file")
  }

  private func add(_ list: CandidateList) {
    lists[list.subject] = (listCount, list)
    listCount += 1
  }

  /// Appends a decision.
  ///
  /// - Throws: `cannotWrite`.
  package func append(_ entry: TuningEntry) throws(FileError) {
    try write(entry.line)
  }

  /// Appends the candidates of the measurements to come, where the file does not have them yet.
  ///
  /// - Throws: `cannotWrite`.
  package func append(_ list: CandidateList) throws(FileError) {
    guard lists[list.subject]?.list != list else { return }
    try write(list.line(listCount))
    add(list)
  }

  /// One measurement: the subject, the place of the candidate in the subject's last list, nanoseconds.
  package typealias Measurement = (
    subject: TuningEntry.Subject, candidate: Int, nanoseconds: Int
  )

  /// Appends the samples of one run.
  ///
  /// - Throws: `cannotWrite`.
  package func append(_ measurements: [Measurement]) throws(FileError) {
    guard !measurements.isEmpty else { return }
    let samples = measurements.map { subject, candidate, nanoseconds in
      guard let number = lists[subject]?.number else {
        preconditionFailure("candidates are listed before they are measured")
      }
      return Sample(contest: number, candidate: candidate, nanoseconds: nanoseconds)
    }
    try write(Sample.line(samples))
  }

  /// Replaces the file with the shortest form of `profile`, which must hold all that was appended. Nothing may
  /// be appended afterwards.
  ///
  /// - Throws: `cannotCreate` or `cannotWrite`; then the file is as it was.
  package func finish(_ profile: Profile) throws(FileError) {
    guard listCount > 0 else { return }
    let file = try WholeFile(path)
    if file.isReplacing { try profile.write(to: file) }
  }

  private func write(_ line: String) throws(FileError) {
    try Self.write(line, to: handle, at: path)
  }

  private static func write(
    _ line: String, to handle: FileHandle, at path: String
  ) throws(FileError) {
    do {
      try handle.write(contentsOf: Data(line.utf8))
    } catch {
      throw unwritten(path, SystemReason.text(of: error))
    }
  }

  private static func unwritten(_ path: String, _ found: String) -> FileError {
    FileError(.cannotWrite, file: path, found: found, expected: "room for a line")
  }
}
