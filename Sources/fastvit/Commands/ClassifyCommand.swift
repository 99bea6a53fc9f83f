import FastViT

/// `fastvit classify`
struct ClassifyCommand: Command {
  static let description = CommandDescription(name: "classify", abstract: "To come.")
  init(_ arguments: ParsedArguments) throws(UsageError) {}
  func run(to _: inout some TextOutputStream) throws(CommandFailure) {}
}
