import FastViT
import FastViTCommandLine

/// `fastvit convert`: writes the folded network to a file that timm loads.
struct ConvertCommand: Command {
  static let weights = Parameter<WeightsSource>.requiredOption(
    "weights", "FILE", .weights,
    help: "A checkpoint file, or 'synthetic' with an optional ':SEED' for generated weights.")
  static let output = Parameter<String>.requiredOption(
    "output", "OUT.safetensors", .path, help: "The file to write.")

  static let description = CommandDescription(
    name: "convert",
    abstract: "Write the folded network under timm's reparameterised names.",
    discussion: """
      The file is safetensors in fp32. timm loads it strictly into a reparameterised model. Batch \
      norms and layer scales in the file are identities, except that a batch norm keeps a shift that \
      no other tensor can hold.

      With synthetic weights, the default model is t8.
      """,
    parameters: [weights, output, ModelArguments.variant])

  let weights: WeightsSource
  let output: String
  let variant: Variant?

  init(_ arguments: ParsedArguments) throws(UsageError) {
    weights = arguments[Self.weights]
    output = arguments[Self.output]
    variant = arguments[ModelArguments.variant]
  }

  func run(to _: inout some TextOutputStream) throws(CommandFailure) {
    try reportingFailure { () throws(FastViTError) in
      switch weights {
      case .file(let path): try Model.convert(contentsOf: path, variant: variant, to: output)
      case .synthetic(let seed):
        try Model.convert(synthetic: variant ?? .t8, seed: seed, to: output)
      }
    }
  }
}
