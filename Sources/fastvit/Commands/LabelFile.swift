import CommandLineTool
import FastViT

/// Class names, one a line.
enum LabelFile {
  /// The lines of the UTF-8 text at `path`, without empty ones at its end.
  static func read(_ path: String) throws(CommandFailure) -> [String] {
    let text = try reportingFailure { () throws(FastViTError) in try TextFile.read(path) }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map(String.init)
  }
}
