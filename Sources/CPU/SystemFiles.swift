import Foundation

/// Reads small text files of the system; replaced in tests.
struct SystemFiles: Sendable {
  let read: @Sendable (_ path: String) -> String?

  /// Those of this machine. Names of processes, groups and mounts may be any bytes: what is no UTF-8
  /// there must not hide the lines around it.
  static let live = SystemFiles { path in
    contents(of: path).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The bytes of the file at `path`. Without Foundation, whose first reading costs a network's start some
/// tenths of a millisecond.
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
  /// What stands between the bytes that are `separator`, as the system wrote it. Characters would take
  /// several times as long, and hide a separator that a combining mark follows.
  ///
  /// - Parameters:
  ///   - separator: an ASCII character.
  ///   - limit: separators that count, from the first on.
  ///   - keepingEmpty: whether parts without a byte are among the result.
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

  /// Without the white space around it, and without what Foundation takes to get ready for that.
  var trimmed: Substring {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
