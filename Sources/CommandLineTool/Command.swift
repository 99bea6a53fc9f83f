/// One subcommand of the tool: what it is called, how it reads its arguments, what it does.
///
/// A command file reads from the top: the parameters as constants, the description that lists them,
/// the stored properties, an initialiser that takes one from the other, and `run`.
///
/// ```swift
/// struct InferCommand: Command {
///   static let weights = Parameter.requiredOption(
///     "weights", "FILE", .path, help: "The checkpoint.")
///   static let threads = Parameter.option(
///     "threads", "N", .integer(in: 1...1024), help: "How many threads; all cores if not given.")
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
  /// What help says and what the parser accepts.
  static var description: CommandDescription { get }

  /// Takes the values out of arguments that were parsed by `description`.
  ///
  /// - Throws: `UsageError` for what only this command knows, such as two options that exclude
  ///   each other; everything that one parameter can know was checked by the parser.
  init(_ arguments: ParsedArguments) throws(UsageError)

  /// Does the work; results go to `output`, which is standard output unless a test says otherwise.
  func run(to output: inout some TextOutputStream) throws(CommandFailure)
}

extension Command {
  /// The command that `arguments`, those after its name, describe.
  package static func parse(_ arguments: [String]) throws(UsageError) -> Self {
    try Self(ArgumentParser(description).parse(arguments))
  }
}
