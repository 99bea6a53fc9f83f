import CommandLineTool
import FastViT

/// `fastvit classify`: pictures in, classes out; without arguments a demonstration that checks itself.
struct ClassifyCommand: Command {
  static let images = Parameter<[String]>.arguments(
    "IMAGE", .path, help: "PPM (P6) or PAM pictures; an embedded one if none is given.")
  static let weights = Parameter<WeightsSource>.option(
    "weights", "FILE", .weights, default: .synthetic(seed: 0),
    help: "A checkpoint, or 'synthetic' with an optional ':SEED'.")
  static let top = Parameter<Int>.option(
    "top", "K", .integer(in: 1...100_000), default: 5, help: "How many classes to show.")
  static let labels = Parameter<String?>.option(
    "labels", "FILE", .path, help: "Names of the classes, one a line.")
  static let json = Parameter<Bool>.flag("json", help: "Print JSON.")

  static let description = CommandDescription(
    name: "classify",
    abstract: "Classify pictures.",
    discussion: """
      Pictures are resized, cropped at the centre and normalised the way the checkpoint's publisher \
      evaluates it, to the bits of Pillow and torchvision.

      Without arguments, an embedded picture is classified with synthetic T8 weights and the logits \
      are compared with those of timm in float64. Labels of synthetic weights mean nothing.
      """,
    parameters: [
      images, weights, ModelArguments.variant, top, labels, ModelArguments.size,
      ModelArguments.threads, ModelArguments.instructionSet, ProfileArguments.profile,
      ProfileArguments.noProfile, json,
    ])

  let images: [String]
  let weights: WeightsSource
  let variant: Variant?
  let top: Int
  let labels: String?
  let size: PixelSize
  let threads: Int?
  let instructionSet: InstructionSet
  let profile: ProfileArguments
  let json: Bool

  init(_ arguments: ParsedArguments) throws(UsageError) {
    images = arguments[Self.images]
    weights = arguments[Self.weights]
    variant = arguments[ModelArguments.variant]
    top = arguments[Self.top]
    labels = arguments[Self.labels]
    size = arguments[ModelArguments.size]
    threads = arguments[ModelArguments.threads]
    instructionSet = arguments[ModelArguments.instructionSet]
    profile = try ProfileArguments(arguments)
    json = arguments[Self.json]
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let names = try labels.map(LabelFile.read)
    let tuning = try profile.load()
    let model = try ModelArguments.model(
      weights, variant, instructionSet,
      tuning: tuning.map {
        Model.Tuning($0, threads: threads, height: size.height, width: size.width)
      })
    if let labels, let names, names.count != model.classCount {
      throw CommandFailure(
        .data, "\(labels): found \(names.count) labels, expected \(model.classCount)")
    }
    let session = Session(model, threads: threads)
    if let tuning { ProfileArguments.report(tuning, on: session) }
    var report = ClassificationReport(model: model, labels: names, isSynthetic: isSynthetic)
    if images.isEmpty {
      let input = try embeddedInput(model)
      let inference = try run(session, input, named: "embedded picture")
      report.append(
        "embedded picture", inference.topClasses(top, ofPicture: 0),
        check: isDemonstration(model) ? EmbeddedPicture.check(inference.logits) : nil)
    }
    let progress = ProgressBar("classify", total: images.count)
    for image in images {
      let input = try reportingFailure { () throws(FastViTError) in
        try model.input(fromPictureAt: image, height: size.height, width: size.width)
      }
      let inference = try run(session, input, named: image)
      report.append(image, inference.topClasses(top, ofPicture: 0))
      progress.advance()
    }
    progress.finish()
    print(json ? report.json.indented : report.text, to: &output)
    if let check = report.failedCheck { throw CommandFailure(.internal, check) }
  }

  /// Runs a picture, and refuses an answer that is none: pictures are finite, and so are weights, but
  /// they may be so large that their products are not.
  private func run(
    _ session: Session, _ input: [Float], named name: String
  ) throws(CommandFailure) -> Inference {
    let inference = try reportingFailure { () throws(FastViTError) in
      try session.run(input.span, count: 1, height: size.height, width: size.width)
    }
    guard inference.logits.allSatisfy(\.isFinite) else {
      throw CommandFailure(
        .data,
        "\(weights): found weights whose logits for '\(name)' overflow, expected finite logits")
    }
    return inference
  }

  private func embeddedInput(_ model: Model) throws(CommandFailure) -> [Float] {
    try reportingFailure { () throws(FastViTError) in
      try model.input(
        fromPicture: EmbeddedPicture.bytes, named: "embedded picture", height: size.height,
        width: size.width)
    }
  }

  private var isSynthetic: Bool {
    if case .synthetic = weights { true } else { false }
  }

  /// Whether timm's logits for the embedded picture are known.
  private func isDemonstration(_ model: Model) -> Bool {
    weights == .synthetic(seed: 0) && model.variant == .t8
      && size == PixelSize(height: 256, width: 256)
  }
}
