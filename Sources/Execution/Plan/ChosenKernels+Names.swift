import KernelCatalog
import KernelContract

extension ChosenKernels {
  /// The most runs of a matrix product.
  private static let mostRuns = 4

  /// Chooses kernels by name.
  ///
  /// - Parameter names: see `PlanChoices.choose(kernels:for:)`.
  /// - Throws: where these kernels do not exist or do not compute exactly `problem`.
  init(
    names: [String], for problem: OperationProblem, on instructionSet: InstructionSet
  ) throws(ChoiceError) {
    guard case .pointwise(let outputs) = problem.operation else {
      let choices = Self.single(for: problem, on: instructionSet)
      guard let choice = choices.first(where: { $0.names == names }) else {
        throw ChoiceError(
          found: Self.quoted(names), expected: "a kernel of \(instructionSet) for '\(problem)'")
      }
      self = choice
      return
    }
    guard (1...Self.mostRuns).contains(names.count) else {
      throw ChoiceError(found: "\(names.count) runs", expected: "1 to \(Self.mostRuns)")
    }
    var runs: [PointwiseRun] = []
    for name in names {
      runs.append(try PointwiseRun(parsing: name, problem.epilogue, instructionSet))
    }
    let width = runs.reduce(0) { $0 + $1.width }
    let padded = ActivationLayout.paddedChannels(outputs)
    guard width == padded else {
      throw ChoiceError(
        found: "panels for \(width) channels", expected: "\(padded), which '\(problem)' has")
    }
    self = .pointwise(runs, outputs: outputs, depth: problem.input.channels)
  }

  /// The kernels' names as `init(names:for:on:)` reads them.
  var names: [String] {
    switch self {
    case .stem(let kernel, _): [kernel.name]
    case .depthwise(let kernel, _): [kernel.name]
    case .pointwise(let runs, _, _): runs.map(\.text)
    case .attention(let kernel): [kernel.name]
    case .pooling(let kernel): [kernel.name]
    case .scaling(let kernel): [kernel.name]
    }
  }

  /// Every kernel of `instructionSet` that computes `problem` alone, in the catalogue's order.
  static func single(
    for problem: OperationProblem, on instructionSet: InstructionSet
  ) -> [ChosenKernels] {
    let output = problem.output
    switch problem.operation {
    case .convolution(let geometry, let outputs, _):
      let padded = ActivationLayout.paddedChannels(outputs)
      return KernelCatalog.stem.filter {
        $0.instructionSet == instructionSet && $0.epilogue == problem.epilogue
          && $0.geometry == geometry && problem.input.channels == 3
          && padded % $0.panelWidth == 0
      }.map { .stem($0, outputs: outputs) }
    case .depthwise(let geometry, let multiplier):
      return KernelCatalog.depthwise.filter {
        $0.instructionSet == instructionSet && $0.epilogue == problem.epilogue
          && $0.geometry == geometry && $0.multiplier == multiplier
      }.map { .depthwise($0, outputs: output.channels) }
    case .pointwise(let outputs):
      let padded = ActivationLayout.paddedChannels(outputs)
      return KernelCatalog.pointwise.filter {
        $0.instructionSet == instructionSet && $0.epilogue == problem.epilogue
          && padded % $0.panelWidth == 0
      }.map {
        .pointwise(
          [PointwiseRun(kernel: $0, panels: padded / $0.panelWidth)], outputs: outputs,
          depth: problem.input.channels)
      }
    case .attention(let headDimension):
      return KernelCatalog.attention.filter {
        $0.instructionSet == instructionSet && $0.headDimension == headDimension
      }.map { .attention($0) }
    case .globalAveragePool:
      return KernelCatalog.pooling.filter { $0.instructionSet == instructionSet }
        .map { .pooling($0) }
    case .scaleChannels:
      let activation: Activation? = problem.epilogue == .gelu ? .gelu : nil
      return KernelCatalog.scaling.filter {
        $0.instructionSet == instructionSet && $0.activation == activation
      }.map { .scaling($0) }
    case .activation, .add, .fromPlanar, .toPlanar:
      return []
    }
  }

  private static func quoted(_ names: [String]) -> String {
    let text = names.joined(separator: ", ")
    return text.count > 80 ? "'\(text.prefix(80))…'" : "'\(text)'"
  }
}

extension PointwiseRun {
  /// `pointwise_f32_8x3v_gelu*6`; one panel has no number.
  fileprivate var text: String { kernel.name + (panels > 1 ? "*\(panels)" : "") }

  /// The run that `text` denotes, of a kernel with `epilogue` on `instructionSet`.
  fileprivate init(
    parsing text: String, _ epilogue: Epilogue, _ instructionSet: InstructionSet
  ) throws(ChoiceError) {
    let parts = text.split(separator: "*", omittingEmptySubsequences: false)
    let kernel = KernelCatalog.pointwise.first {
      $0.instructionSet == instructionSet && $0.epilogue == epilogue && $0.name == parts[0]
    }
    guard let kernel, parts.count <= 2 else {
      throw ChoiceError(
        found: "'\(text.prefix(80))'",
        expected: "a pointwise kernel of \(instructionSet) that ends with \(epilogue)")
    }
    guard let panels = parts.count == 2 ? Int(parts[1]) : 1, (1...1 << 20).contains(panels) else {
      throw ChoiceError(found: "'\(text.prefix(80))'", expected: "a number of panels behind '*'")
    }
    self.init(kernel: kernel, panels: panels)
  }
}
