import Foundation

/// An output file that appears complete or not at all.
///
/// Bytes go to a temporary file in the same folder, which `commit` renames and which is removed if
/// `commit` is never reached. What cannot be replaced (a terminal, a pipe, standard output) is
/// written directly.
package final class WholeFile {
  private let path: String
  private let place: OutputPlace
  private let handle: FileHandle
  /// The file to rename or to remove; `nil` when the target is written directly.
  private var temporary: String?

  /// Creates the temporary file for a file at `path`.
  package init(_ path: String) throws(CheckpointError) {
    self.path = path
    place = try OutputPlace(path)
    let descriptor: Int32
    if place.isWrittenDirectly {
      descriptor = open(place.target, O_WRONLY | O_APPEND | O_CLOEXEC)
    } else {
      let name = String(UInt64.random(in: .min ... .max), radix: 16)
      let sibling = place.folder + ".\(name).partial"
      descriptor = open(sibling, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      temporary = descriptor >= 0 ? sibling : nil
    }
    guard descriptor >= 0 else { throw OutputPlace.failure(errno, at: path) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// The file that `commit` makes, links followed.
  package var target: String { place.target }

  /// Whether `commit` puts a new file in the place of what is there, and does not write to that.
  package var isReplacing: Bool { temporary != nil }

  deinit {
    if let temporary { unlink(temporary) }
  }

  /// Appends `data`.
  package func write(_ data: Data) throws(CheckpointError) {
    do {
      try handle.write(contentsOf: data)
    } catch {
      throw incomplete(error)
    }
  }

  /// Appends `bytes`, a piece at a time so that the copy that `FileHandle` needs stays small.
  func write(_ bytes: RawSpan) throws(CheckpointError) {
    let pieceSize = 1 << 20
    for start in stride(from: 0, to: bytes.byteCount, by: pieceSize) {
      let piece = bytes.extracting(start..<min(start + pieceSize, bytes.byteCount))
      var copy = Data(count: piece.byteCount)
      copy.fill(from: piece)
      try write(copy)
    }
  }

  /// Closes the file and gives it its name.
  package func commit() throws(CheckpointError) {
    do {
      try handle.close()
    } catch {
      throw incomplete(error)
    }
    guard let temporary else { return }
    guard rename(temporary, place.target) == 0 else {
      throw OutputPlace.failure(errno, at: path)
    }
    self.temporary = nil
  }

  private func incomplete(_ error: any Error) -> CheckpointError {
    CheckpointError(
      .cannotWrite,
      file: path,
      found: SystemReason.text(of: error),
      expected: "room for the whole file"
    )
  }
}

extension Data {
  /// Overwrites these bytes with as many of `source`, which must be of the same size.
  fileprivate mutating func fill(from source: RawSpan) {
    var target = mutableBytes
    for offset in 0..<source.byteCount {
      target.storeBytes(
        of: source.unsafeLoad(fromByteOffset: offset, as: UInt8.self),
        toByteOffset: offset,
        as: UInt8.self
      )
    }
  }
}
