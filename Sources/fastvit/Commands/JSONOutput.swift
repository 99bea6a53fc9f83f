import CommandLineTool
import FastViT

/// Where a command's report goes: as text to standard output, as JSON to a file or in place of the text.
struct JSONOutput: Sendable {
  static let option = Parameter<String?>.option(
    "json", "OUT", .path,
    help: "Write JSON to a file, or to standard output in place of the text: -.")

  private let target: String?

  init(_ arguments: ParsedArguments) {
    target = arguments[Self.option]
  }

  private var file: String? { target == "-" ? nil : target }

  /// Finds out before a long run whether the file, and `others`, can be made.
  func checkWritable(and others: [String] = []) throws(CommandFailure) {
    let files = others + [file].compactMap(\.self)
    try reportingFailure { () throws(FastViTError) in try TensorFile.checkWritable(files) }
  }

  /// Writes the report: `text`, or `json`, or both; and `others`, all files or none.
  func write(
    _ json: JSONValue, text: String, and others: [TextFile.Output] = [],
    to output: inout some TextOutputStream
  ) throws(CommandFailure) {
    let own = file.map { TextFile.Output(path: $0, text: json.indented + "\n") }
    let files = others + (own.map { [$0] } ?? [])
    try reportingFailure { () throws(FastViTError) in try TextFile.write(files) }
    print(target == "-" ? json.indented : text, to: &output)
  }
}
