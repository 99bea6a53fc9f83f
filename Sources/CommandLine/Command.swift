/// One subcommand of a tool: its description, how it reads its arguments, and what it does.
///
/// The file of a command has a fixed order: the parameters as constants, the description that lists
/// them, the stored properties, an initialiser that fills the properties from the parameters, and
/// `run`.
///
/// ```swift
/// struct InferCommand: Command {
///   static let weights = Parameter.requiredOption(
///     "weights", "FILE", .path, help: "The checkpoint.")
///   static let threads = Parameter.option(
///     "threads", "N", .integer(in: 1...1024), help: "Number of threads; one per core by default.")
///   static let description = CommandDescription(
///     name: "infer",
///     abstract: "Run the network on a tensor.",
///     parameters: [weights, threads])
///
///   let weights: String
///   let threads: Int?
///
///   init(_ arguments: ParsedArguments) throws(UsageError) {
///     weights = arguments[Self.weights]
///     threads = arguments[Self.threads]
///   }
///
///   func run(to output: inout some TextOutputStream) throws(CommandFailure) {
///     print("…", to: &output)
///   }
/// }
/// ```
package protocol Command: Sendable {
  /// What help prints and what the parser accepts.
  static var description: CommandDescription { get }

  /// Takes the values out of `arguments`, which were parsed according to `description`.
  ///
  /// - Throws: `UsageError` for a rule about several parameters, such as two options that exclude each
  ///   other. The parser has already checked each parameter by itself.
  init(_ arguments: ParsedArguments) throws(UsageError)

  /// Does the work and writes results to `output`, which is standard output except in tests.
  func run(to output: inout some TextOutputStream) throws(CommandFailure)
}

extension Command {
  /// The command that `arguments`, the words after the command's name, describe.
  package static func parse(_ arguments: [String]) throws(UsageError) -> Self {
    try Self(ArgumentParser(description).parse(arguments))
  }
}
