import Foundation

extension Image {
  /// Reads the first image of a file; see `init(bytes:named:)` for the formats.
  ///
  /// The header must end within the first 64 KiB. Beyond these, only as many bytes are read as the
  /// header asks for, and memory grows with the bytes that exist. So neither an endless device nor a
  /// header that claims too much costs memory.
  ///
  /// - Throws: `ImageError` if the file cannot be read or is no such image.
  package init(contentsOf path: String) throws(ImageError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Self.failure(errno, of: path)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    try Self.read(descriptor, until: 1 << 16, into: &bytes, named: path)
    let header = try ImageHeader(bytes, named: path)
    if let end = header.end {
      try Self.read(descriptor, until: end, into: &bytes, named: path)
    }
    try self.init(header, bytes: bytes, named: path)
  }

  /// Reads until `bytes` has `count` bytes or the file ends.
  private static func read(
    _ descriptor: Int32,
    until count: Int,
    into bytes: inout [UInt8],
    named path: String
  ) throws(ImageError) {
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while bytes.count < count {
      let received = Foundation.read(descriptor, &chunk, min(chunk.count, count - bytes.count))
      if received > 0 {
        bytes.append(contentsOf: chunk[..<received])
      } else if received == 0 {
        return
      } else if errno != EINTR {
        throw failure(errno, of: path)
      }
    }
  }

  private static func failure(_ code: Int32, of path: String) -> ImageError {
    let isMissing = code == ENOENT || code == ENOTDIR
    return ImageError(
      kind: isMissing ? .missingFile : .unreadable,
      file: path,
      found: isMissing ? "no such file" : String(cString: strerror(code)),
      expected: "an image in " + ImageHeader.formats
    )
  }
}
