import Foundation

/// An output file that appears complete or not at all.
///
/// Bytes go to a temporary file in the same folder. `commit` renames it to its final name; without a
/// `commit` it is removed. A target that cannot be replaced, such as a terminal, a pipe or standard
/// output, is written directly.
package final class WholeFile {
  private let path: String
  private let place: OutputPlace
  private let handle: FileHandle
  /// The path of the temporary file; `nil` if the target is written directly, and after `commit`.
  private var temporary: String?

  /// Creates the temporary file for an output file at `path`.
  ///
  /// - Throws: `FileError` if no file can be created there.
  package init(_ path: String) throws(FileError) {
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

  /// The path of the file that `commit` makes, with links followed.
  package var target: String { place.target }

  /// Whether `commit` replaces the target by a new file, rather than bytes going straight to the
  /// target.
  package var isReplacing: Bool { temporary != nil }

  deinit {
    if let temporary { unlink(temporary) }
  }

  /// Appends `data`.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  package func write(_ data: Data) throws(FileError) {
    do {
      try handle.write(contentsOf: data)
    } catch {
      throw incomplete(error)
    }
  }

  /// Appends `bytes` piece by piece, so that the copy that `FileHandle` needs stays small.
  func write(_ bytes: RawSpan) throws(FileError) {
    let pieceSize = 1 << 20
    for start in stride(from: 0, to: bytes.byteCount, by: pieceSize) {
      let piece = bytes.extracting(start..<min(start + pieceSize, bytes.byteCount))
      var copy = Data(count: piece.byteCount)
      copy.fill(from: piece)
      try write(copy)
    }
  }

  /// Closes the file and gives it its final name.
  ///
  /// - Throws: `FileError` if bytes could not be written or the target cannot be replaced.
  package func commit() throws(FileError) {
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

  private func incomplete(_ error: any Error) -> FileError {
    FileError(
      .cannotWrite,
      file: path,
      found: SystemReason.text(of: error),
      expected: "room for the whole file"
    )
  }
}

extension Data {
  /// Overwrites all bytes with those of `source`, which must have the same size.
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
