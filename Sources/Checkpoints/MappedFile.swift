import Foundation

/// Input files, mapped into memory rather than read.
enum MappedFile {
  /// The bytes of the regular file at `path`. Whoever shortens the file while it is in use ends
  /// this process: that is the price of not copying.
  static func bytes(of path: String) throws(CheckpointError) -> Data {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      throw CheckpointError(
        code == ENOENT || code == ENOTDIR ? .missingFile : .unreadable,
        file: path,
        found: SystemReason.text(code),
        expected: "a file"
      )
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CheckpointError(
        .unreadable,
        file: path,
        found: status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device or a pipe",
        expected: "a regular file"
      )
    }
    guard access(path, R_OK) == 0 else {
      throw CheckpointError(
        .unreadable,
        file: path,
        found: SystemReason.text(errno),
        expected: "a file that may be read"
      )
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw CheckpointError(
        .unreadable,
        file: path,
        found: SystemReason.text(of: error),
        expected: "a file that may be read"
      )
    }
  }
}

extension Checkpoint {
  /// Bytes of the file at `path`, for guesses about what it holds; 0 where there is none.
  package static func byteCount(of path: String) -> Int {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
    return Int(status.st_size)
  }
}
