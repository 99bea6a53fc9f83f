import Foundation

/// Input files, mapped into memory rather than read.
package enum MappedFile {
  /// The bytes of the regular file at `path`.
  ///
  /// Because the bytes are not copied, a process that shortens the file while it is in use makes this
  /// process end with a signal.
  static func bytes(of path: String) throws(FileError) -> Data {
    // Without O_NONBLOCK, opening a pipe waits for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(errno, at: path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno, at: path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(
        .unreadable,
        file: path,
        found: status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device or a pipe",
        expected: "a regular file"
      )
    }
    let count = Int(status.st_size)
    // `mmap` refuses a length of zero.
    guard count > 0 else { return Data() }
    let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let start, start != MAP_FAILED else { throw failure(errno, at: path) }
    return Data(bytesNoCopy: start, count: count, deallocator: .unmap)
  }

  private static func failure(_ code: Int32, at path: String) -> FileError {
    let isMissing = code == ENOENT || code == ENOTDIR
    return FileError(
      isMissing ? .missingFile : .unreadable,
      file: path,
      found: SystemReason.text(code),
      expected: isMissing ? "a file" : "a readable file"
    )
  }

  /// Size of the regular file at `path` in bytes, for estimates of what it holds; 0 where there is no
  /// such file.
  package static func byteCount(of path: String) -> Int {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
    return Int(status.st_size)
  }
}
