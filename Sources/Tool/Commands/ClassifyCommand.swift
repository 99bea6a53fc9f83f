import FastViT
import FastViTCommandLine

/// `fastvit classify`: prints the classes of images; without arguments a demonstration that checks
/// itself.
struct ClassifyCommand: Command {
  static let images = Parameter<[String]>.arguments(
    "IMAGE", .path, help: "PPM (P6) or PAM images; by default an embedded image.")
  static let weights = Parameter<WeightsSource>.option(
    "weights", "FILE", .weights, default: .synthetic(seed: 0),
    help: "A checkpoint file, or 'synthetic' with an optional ':SEED' for generated weights.")
  static let top = Parameter<Int>.option(
    "top", "K", .integer(in: 1...100_000), default: 5,
    help: "The number of classes to show per image.")
  static let preprocessing = Parameter<Preprocessing?>.option(
    "preprocessing", "NAME", .preprocessing,
    help: "How images are prepared; as the checkpoint's publisher does if not given.")
  static let labels = Parameter<String?>.option(
    "labels", "FILE", .path, help: "A file with the names of the classes, one per line.")
  static let json = Parameter<Bool>.flag("json", help: "Print JSON.")

  static let description = CommandDescription(
    name: "classify",
    abstract: "Classify images.",
    discussion: """
      Images are resized, cropped at the centre and normalised as the checkpoint's publisher does for \
      evaluation, or as --preprocessing says, with the same bits as Pillow and torchvision.

      Without arguments, an embedded image is classified with synthetic T8 weights and the logits are \
      compared with those of timm in float64. With synthetic weights, the classes mean nothing.
      """,
    parameters: [
      images, weights, ModelArguments.variant, top, labels, ModelArguments.size, preprocessing,
      ModelArguments.threads, ModelArguments.instructionSet, ProfileArguments.profile,
      ProfileArguments.noProfile, json,
    ])

  let images: [String]
  let weights: WeightsSource
  let variant: Variant?
  let top: Int
  let labels: String?
  let size: PixelSize
  let preprocessing: Preprocessing?
  let threads: Int?
  let instructionSet: VectorInstructions
  let profile: ProfileArguments
  let json: Bool

  init(_ arguments: ParsedArguments) throws(UsageError) {
    images = arguments[Self.images]
    weights = arguments[Self.weights]
    variant = arguments[ModelArguments.variant]
    top = arguments[Self.top]
    labels = arguments[Self.labels]
    size = arguments[ModelArguments.size]
    preprocessing = arguments[Self.preprocessing]
    threads = arguments[ModelArguments.threads]
    instructionSet = arguments[ModelArguments.instructionSet]
    profile = try ProfileArguments(arguments)
    json = arguments[Self.json]
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let names = try labels.map(Self.readLabels)
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
      let inference = try run(session, input, named: "embedded image")
      report.append(
        "embedded image", inference.topClasses(top, ofImage: 0),
        check: isDemonstration(model) ? EmbeddedImage.check(inference.logits) : nil)
    }
    let progress = ProgressBar("classify", total: images.count)
    for image in images {
      let input = try reportingFailure { () throws(FastViTError) in
        try model.input(
          fromImageAt: image, height: size.height, width: size.width,
          preprocessing: preprocessing)
      }
      let inference = try run(session, input, named: image)
      report.append(image, inference.topClasses(top, ofImage: 0))
      progress.advance()
    }
    progress.finish()
    print(json ? report.json.indented : report.text, to: &output)
    if let check = report.failedCheck { throw CommandFailure(.internal, check) }
  }

  /// Runs one image. Fails where a logit is not finite: images and weights are finite, but weights
  /// may be so large that sums overflow.
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
        fromImage: EmbeddedImage.bytes, named: "embedded image", height: size.height,
        width: size.width, preprocessing: preprocessing)
    }
  }

  /// The class names in the UTF-8 text at `path`, one per line; empty lines at the end do not count.
  private static func readLabels(_ path: String) throws(CommandFailure) -> [String] {
    let text = try reportingFailure { () throws(FastViTError) in try TextFile.read(path) }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map(String.init)
  }

  private var isSynthetic: Bool {
    if case .synthetic = weights { true } else { false }
  }

  /// Whether timm's logits for the embedded image are known.
  private func isDemonstration(_ model: Model) -> Bool {
    weights == .synthetic(seed: 0) && model.variant == .t8 && [nil, .timm].contains(preprocessing)
      && size == PixelSize(height: 256, width: 256)
  }
}
