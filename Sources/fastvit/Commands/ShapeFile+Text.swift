import CommandLineTool
import FastViT

extension ShapeFile {
  /// The text of a network's: one problem a line, below a line that says where they come from.
  ///
  /// - Parameters:
  ///   - problems: in benchdnn's notation.
  ///   - command: which writes such a file, such as `graph`.
  static func text(
    _ problems: [String], model: String, size: PixelSize, command: String
  ) -> String {
    let words = "fastvit \(command) --model \(model) --size \(size) --emit-shapes FILE"
    let head = "# FastViT \(model), one picture of \(size) pixels; written by `\(words)`."
    return ([head] + problems).map { $0 + "\n" }.joined()
  }
}
