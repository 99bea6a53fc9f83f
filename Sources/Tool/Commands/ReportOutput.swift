import FastViT
import FastViTCommandLine
import Foundation

/// Where a command's report goes: as text to standard output, as JSON to a file, or as JSON to
/// standard output instead of the text.
struct ReportOutput: Sendable {
  static let option = Parameter<String?>.option(
    "json", "OUT", .path,
    help: "Write JSON to a file; - writes it to standard output instead of the text.")

  private let target: String?

  init(_ arguments: ParsedArguments) {
    target = arguments[Self.option]
  }

  private var file: String? { target == "-" ? nil : target }

  /// Checks before a long run that the JSON file and the files at `others` can be created.
  func checkWritable(and others: [String] = []) throws(CommandFailure) {
    let files = others + [file].compactMap(\.self)
    try reportingFailure { () throws(FastViTError) in try TensorFile.checkWritable(files) }
  }

  /// Writes the report as `text`, as `json` or as both, and the files of `others`. Either all files
  /// appear or none.
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

/// `count` in units of 10⁶ with two decimals.
func millions(_ count: Int) -> String { String(format: "%.2f", Double(count) / 1e6) }

/// `count` in units of 10⁹ with three decimals.
func billions(_ count: Int) -> String { String(format: "%.3f", Double(count) / 1e9) }

/// `count` bytes in KiB with one decimal.
func kibibytes(_ count: Int) -> String { String(format: "%.1f", Double(count) / 1024) }

/// `value` with `digits` digits after the point.
func decimals(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

/// `1 thread`, `2 threads`.
func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
