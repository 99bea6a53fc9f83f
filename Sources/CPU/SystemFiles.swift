import Foundation

/// Reads small text files of the system; replaced in tests.
struct SystemFiles: Sendable {
  let read: @Sendable (_ path: String) -> String?

  /// Those of this machine. Names of processes, groups and mounts may be any bytes: what is no UTF-8
  /// there must not hide the lines around it.
  static let live = SystemFiles { path in
    (try? Data(contentsOf: URL(fileURLWithPath: path))).map { String(decoding: $0, as: UTF8.self) }
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
    utf8.split(
      separator: UInt8(ascii: separator), maxSplits: limit,
      omittingEmptySubsequences: !keepingEmpty
    ).map { Substring($0) }
  }

  /// Without the white space around it, and without what Foundation takes to get ready for that.
  var trimmed: Substring {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
