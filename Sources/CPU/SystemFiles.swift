import Foundation

/// Reads small text files of the system; replaced in tests.
struct SystemFiles: Sendable {
  let read: @Sendable (_ path: String) -> String?

  /// The files of this machine. Names of processes, groups and mounts may be any bytes: bytes that
  /// are not UTF-8 are replaced, so that the other lines can still be read.
  static let live = SystemFiles { path in
    contents(of: path).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The bytes of the file at `path`. Does not use Foundation, whose first file access adds some
/// tenths of a millisecond to the time until the first result.
private func contents(of path: String) -> [UInt8]? {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return nil }
  defer { close(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = read(file, &piece, piece.count)
    if count == 0 { return bytes }
    if count > 0 {
      bytes += piece[..<count]
    } else if errno != EINTR {
      return nil
    }
  }
}

extension Substring {
  /// The parts between the bytes that equal `separator`. Splitting by characters would take several
  /// times as long, and would miss a separator that a combining mark follows.
  ///
  /// - Parameters:
  ///   - separator: an ASCII character.
  ///   - limit: the largest number of separators to split at; later ones stay in the last part.
  ///   - keepingEmpty: whether the result includes empty parts.
  func parts(
    between separator: Unicode.Scalar, limit: Int = .max, keepingEmpty: Bool = false
  ) -> [Substring] {
    let bytes = utf8.span
    let separator = UInt8(ascii: separator)
    var parts: [Substring] = []
    var start = 0
    func part(to end: Int) -> Substring? {
      guard keepingEmpty || start < end else { return nil }
      return self[utf8.index(startIndex, offsetBy: start)..<utf8.index(startIndex, offsetBy: end)]
    }
    for place in bytes.indices where parts.count < limit && bytes[place] == separator {
      if let part = part(to: place) { parts.append(part) }
      start = place + 1
    }
    if let last = part(to: bytes.count) { parts.append(last) }
    return parts
  }

  /// The text without leading and trailing white space. Does not use Foundation, which is slow to
  /// load.
  var trimmed: Substring {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
