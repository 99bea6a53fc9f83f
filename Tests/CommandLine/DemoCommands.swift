@testable import FastViTCommandLine

/// A command with every kind of option.
struct ScaleCommand: Command {
  enum Mode: String, CaseIterable {
    case nearest, bilinear, bicubic
  }

  static let input = Parameter.requiredOption("input", short: "i", "FILE", .path, help: "Read it.")
  static let output = Parameter.requiredOption(
    "output",
    short: "o",
    "FILE",
    .path,
    help: "Write it."
  )
  static let size = Parameter.option("size", "HxW", .size(in: 32...4096), help: "How large.")
  static let mode = Parameter.option(
    "mode",
    "MODE",
    .choice(of: Mode.self),
    default: .bicubic,
    help: "How."
  )
  static let bias = Parameter.option(
    "bias",
    "X",
    .number(in: -1...1),
    default: 0,
    help: "What to add."
  )
  static let top = Parameter.option(
    "top",
    "K",
    .integer(in: -5...1000),
    default: 5,
    help: "How many of the best."
  )
  static let json = Parameter.flag("json", short: "j", help: "Print JSON.")
  static let extra = Parameter.optionalArgument("EXTRA", .string, help: "Anything.")

  static let description = CommandDescription(
    name: "scale",
    abstract: "Scale an image to another size, with one of several kinds of interpolation.",
    discussion: """
      A first paragraph that is long enough to be wrapped, so that one sees in its help that it
      was wrapped.

        an example, kept
        as it is

      A last one.
      """,
    parameters: [input, output, size, mode, bias, top, json, extra]
  )

  let input: String
  let output: String
  let size: PixelSize?
  let mode: Mode
  let bias: Double
  let top: Int
  let json: Bool
  let extra: String?

  init(_ arguments: ParsedArguments) throws(UsageError) {
    input = arguments[Self.input]
    output = arguments[Self.output]
    size = arguments[Self.size]
    mode = arguments[Self.mode]
    bias = arguments[Self.bias]
    top = arguments[Self.top]
    json = arguments[Self.json]
    extra = arguments[Self.extra]
    if input == output { throw UsageError("--input and --output are the same file") }
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    print("scaled \(input)", to: &output)
  }
}

/// A command with repeating arguments, which always fails.
struct ListCommand: Command {
  static let first = Parameter.argument("FIRST", .integer(), help: "A number.")
  static let images = Parameter.arguments("IMAGE", .path, help: "Images.")
  static let description = CommandDescription(
    name: "list",
    abstract: "List images.",
    parameters: [first, images]
  )

  let first: Int
  let images: [String]

  init(_ arguments: ParsedArguments) throws(UsageError) {
    first = arguments[Self.first]
    images = arguments[Self.images]
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    throw CommandFailure(.data, "a.ppm: found\n\u{1B}[31mred, expected P6")
  }
}

extension CommandTable {
  /// A tool with both commands.
  static let demo = CommandTable(
    name: "demo",
    version: "1.2.3",
    abstract: "Shows how commands are made.",
    commands: [ScaleCommand.self, ListCommand.self]
  )
}
