import CommandLineTool
import FastViT

/// `fastvit convert`: the folded network as a file that timm loads.
struct ConvertCommand: Command {
  static let weights = Parameter<String>.requiredOption(
    "weights", "FILE", .path, help: "The checkpoint.")
  static let output = Parameter<String>.requiredOption(
    "output", "OUT.safetensors", .path, help: "The file to write.")

  static let description = CommandDescription(
    name: "convert",
    abstract: "Write the folded network under timm's reparameterised names.",
    discussion: """
      The file is safetensors in fp32. timm loads it strictly into a reparameterised model; batch \
      norms and layer scales are identities there, but for shifts that have no other place.
      """,
    parameters: [weights, output, ModelArguments.variant])

  let weights: String
  let output: String
  let variant: Variant?

  init(_ arguments: ParsedArguments) throws(UsageError) {
    weights = arguments[Self.weights]
    output = arguments[Self.output]
    variant = arguments[ModelArguments.variant]
  }

  func run(to _: inout some TextOutputStream) throws(CommandFailure) {
    try reportingFailure { () throws(FastViTError) in
      try Model.convert(contentsOf: weights, variant: variant, to: output)
    }
  }
}
