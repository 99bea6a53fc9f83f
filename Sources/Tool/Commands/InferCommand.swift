import FastViT
import FastViTCommandLine

/// `fastvit infer`: reads images from a tensor file and writes logits or embeddings to another.
struct InferCommand: Command {
  static let weights = Parameter<WeightsSource>.requiredOption(
    "weights", "FILE", .weights,
    help: "A checkpoint file, or 'synthetic' with an optional ':SEED' for generated weights.")
  static let input = Parameter<String>.requiredOption(
    "input", "X.npy", .path, help: "The normalised images, '<f4' [N,3,H,W].")
  static let output = Parameter<String>.requiredOption(
    "output", "Y.npy", .path, help: "The file to write the logits to, '<f4' [N,classes].")
  static let features = Parameter<Bool>.flag(
    "features", help: "Write the pooled embedding [N,D] instead of the logits.")
  static let featureMaps = Parameter<String?>.option(
    "feature-maps", "DIR", .path,
    help: "Also write each stage's output, stage1.npy and so on, [N,C,h,w], into this folder.")

  static let description = CommandDescription(
    name: "infer",
    abstract: "Run the network on a NumPy file.",
    discussion: """
      With synthetic weights, the default model is t8. Every image size of at least 32x32 pixels works.
      """,
    parameters: [
      weights, ModelArguments.variant, input, output, features, featureMaps,
      ModelArguments.threads, ModelArguments.instructionSet, ProfileArguments.profile,
      ProfileArguments.noProfile,
    ])

  let weights: WeightsSource
  let variant: Variant?
  let input: String
  let output: String
  let features: Bool
  let featureMaps: String?
  let threads: Int?
  let instructionSet: VectorInstructions
  let profile: ProfileArguments

  init(_ arguments: ParsedArguments) throws(UsageError) {
    weights = arguments[Self.weights]
    variant = arguments[ModelArguments.variant]
    input = arguments[Self.input]
    output = arguments[Self.output]
    features = arguments[Self.features]
    featureMaps = arguments[Self.featureMaps]
    threads = arguments[ModelArguments.threads]
    instructionSet = arguments[ModelArguments.instructionSet]
    profile = try ProfileArguments(arguments)
  }

  func run(to _: inout some TextOutputStream) throws(CommandFailure) {
    let images = try reportingFailure { () throws(FastViTError) in
      try TensorFile.images(contentsOf: input)
    }
    let tuning = try profile.load()
    let model = try ModelArguments.model(
      weights, variant, instructionSet,
      tuning: tuning.map {
        Model.Tuning($0, threads: threads, height: images.height, width: images.width)
      })
    var outputs = OutputFiles(folder: featureMaps)
    try outputs.checkWritable(output)
    let session = Session(model, threads: threads)
    if let tuning { ProfileArguments.report(tuning, on: session) }
    let inference = try reportingFailure { () throws(FastViTError) in
      try session.run(
        images.values.span, count: images.count, height: images.height,
        width: images.width, keepingFeatureMaps: featureMaps != nil)
    }
    append(inference, to: &outputs)
    try outputs.write()
  }

  private func append(_ inference: Inference, to outputs: inout OutputFiles) {
    for (index, map) in inference.featureMaps.enumerated() {
      outputs.appendInFolder(
        "stage\(index + 1).npy", shape: [map.count, map.channels, map.height, map.width],
        map.values)
    }
    let values = features ? inference.embedding : inference.logits
    let strange = values.count { !$0.isFinite }
    if strange > 0 {
      StandardError.warn(["\(output): \(strange) of \(values.count) values are NaN or infinite"])
    }
    outputs.append(output, shape: [inference.count, values.count / inference.count], values)
  }
}
