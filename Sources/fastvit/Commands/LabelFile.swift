import CommandLineTool
import Foundation

/// Class names, one a line.
enum LabelFile {
  /// Larger files are no lists of labels.
  private static let byteLimit = 64 << 20

  /// The lines of the UTF-8 text at `path`, without empty ones at its end.
  static func read(_ path: String) throws(CommandFailure) -> [String] {
    let data: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try file.read(upToCount: byteLimit + 1) ?? Data()
    } catch {
      throw CommandFailure(.noInput, "\(path): cannot be read, expected a text of labels")
    }
    guard data.count <= byteLimit, let text = String(data: data, encoding: .utf8) else {
      throw CommandFailure(
        .data, "\(path): found no UTF-8 text of at most \(byteLimit) bytes, expected labels")
    }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map(String.init)
  }
}
