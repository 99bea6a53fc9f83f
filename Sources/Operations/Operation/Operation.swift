/// What is computed, without sizes and weights: one value per operation of a network, one type per family.
///
/// A family's folder holds everything about the family; `OperationFamilies.all` lists the families, and
/// nothing else names them. Defaults describe an elementwise operation without weights.
package protocol Operation: Sendable, Hashable {
  // MARK: Shape and cost

  /// The shape of the result on a (first) input of `input`.
  func outputShape(on input: FeatureShape) -> FeatureShape

  /// Multiply-adds on real channels and real pixels: taps inside the image only, since no kernel computes
  /// the others. Zero for operations that are no sums of products.
  func multiplyAdds(on input: FeatureShape) -> Int

  /// The number of weights and biases.
  func parameterCount(inputChannels: Int) -> Int

  /// What the operation reads besides its input and its weights.
  var second: SecondOperand { get }

  // MARK: Lowering

  /// Whether the operation's kernels can have `epilogue`.
  func allows(_ epilogue: Epilogue) -> Bool

  /// The epilogue with which the operation before this one does the same; nil where there is none.
  var asEpilogue: Epilogue? { get }

  /// The precisions that the family has a reference for.
  static var precisions: [Precision] { get }

  /// How the window of an output row walks over the input; nil where an output row needs
  /// the whole input.
  var window: ConvolutionGeometry? { get }

  /// How workers share the operation where it is a step of its own.
  var division: WorkDivision { get }

  /// What fusion rules see of the operation.
  var fusionRole: FusionRole { get }

  // MARK: Words

  /// The operation with its constants, such as `depthwise 7×7 s2 ×2`.
  var summary: String { get }

  /// What is computed, for a person, without channels, such as `depthwise 7×7`.
  var kind: String { get }

  /// The words of the family in the grammar of problems; none for convolutions.
  static var words: [String] { get }

  /// The fields that a problem of the family has besides `mb`, `ic`, `ih` and `iw`.
  static var wordFields: [String] { get }

  /// The operation that a word with fields denotes; nil where it is not one of the family.
  static func parse(
    word: String, _ fields: ProblemFields, on input: FeatureShape
  ) throws(ProblemError) -> (any Operation)?

  /// The operation that a convolution's fields denote; nil where it is not one of the family.
  static func parse(
    _ convolution: ConvolutionFields, on input: FeatureShape
  ) throws(ProblemError) -> (any Operation)?

  /// The problem's text up to its name.
  func notation(on input: FeatureShape) -> String

  /// Suffixes of the notation besides those of epilogue and precision.
  var suffixes: [String] { get }

  /// Layouts of the input and the output; by default padded channels-last.
  var mapLayouts: (input: OperandLayout, output: OperandLayout) { get }

  /// Whether plans of networks may have the operation.
  var isInPlans: Bool { get }

  // MARK: Reference

  /// Computes output row `row` in the order of operations that the family's reference defines.
  ///
  /// - Parameter output: the row, `[pixel][channel]`, zeros at first.
  func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>)

  // MARK: Kernels

  /// The kernels that the family's rules choose for `problem`; nil where `instructionSet` has none.
  func chosen(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)?

  /// The kernels called `names`, as `ChosenKernels.names` gives them.
  ///
  /// - Throws: where these kernels do not exist or do not compute exactly `problem`.
  func chosen(
    names: [String], for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue
  ) throws(ChoiceError) -> any ChosenKernels

  /// Ways to compute `problem`, in the catalogue's order; what the rules choose may be missing.
  ///
  /// - Parameter all: whether to include those that cannot be fast.
  func candidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue, all: Bool
  ) -> [any ChosenKernels]

  /// For each kernel that can do a part of `problem`, a choice in which it does as much as it can.
  func coverage(
    of problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> [any ChosenKernels]

  /// A kernel that computes nothing and notes its calls instead, for a kernel of the family that
  /// `kernelgen list` describes; nil where the description is of another family.
  static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)?
}

/// What an operation reads besides its input and its weights.
package enum SecondOperand: Sendable, Hashable {
  /// Nothing.
  case none
  /// A feature map of the output's shape.
  case map
  /// One factor per channel.
  case channelFactors
}

/// How workers share an operation that is a step of its own.
package enum WorkDivision: Sendable, Hashable {
  /// By its own tasks, whose number is not chosen.
  case fixed
  /// By its own tasks, whose number can be chosen.
  case ownTasks
  /// By rows of the output.
  case rows
  /// By rows, or by channels.
  case rowsOrChannels
}

/// What a fusion rule sees of an operation.
package enum FusionRole: Sendable, Hashable {
  /// A dense convolution of the image.
  case imageConvolution
  /// A depthwise convolution with one output per channel.
  case depthwise
  /// A depthwise convolution with several outputs per channel and stride 2.
  case downsampling
  /// A matrix product on the pixels.
  case pointwise
  /// Never fused.
  case other
}

extension Operation {
  package func outputShape(on input: FeatureShape) -> FeatureShape { input }
  package func multiplyAdds(on _: FeatureShape) -> Int { 0 }
  package func parameterCount(inputChannels _: Int) -> Int { 0 }
  package var second: SecondOperand { .none }
  package func allows(_ epilogue: Epilogue) -> Bool { epilogue == .bias }
  package var asEpilogue: Epilogue? { nil }
  package static var precisions: [Precision] { [.f32] }
  package var window: ConvolutionGeometry? { nil }
  package var division: WorkDivision { .fixed }
  package var fusionRole: FusionRole { .other }
  package var kind: String { summary }
  package static var words: [String] { [] }
  package static var wordFields: [String] { [] }
  package static func parse(
    word _: String, _: ProblemFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? { nil }
  package static func parse(
    _: ConvolutionFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? { nil }
  package var suffixes: [String] { [] }
  package var mapLayouts: (input: OperandLayout, output: OperandLayout) {
    (.channelsLast, .channelsLast)
  }
  package var isInPlans: Bool { true }

  package func chosen(
    names: [String], for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue
  ) throws(ChoiceError) -> any ChosenKernels {
    let choices = candidates(for: problem, on: instructionSet, in: catalogue, all: true)
    if let choice = choices.first(where: { $0.names == names }) { return choice }
    let text = names.joined(separator: ", ")
    throw ChoiceError(
      found: text.count > 80 ? "'\(text.prefix(80))…'" : "'\(text)'",
      expected: "a kernel of \(instructionSet) for '\(problem)'")
  }

  package func coverage(
    of problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> [any ChosenKernels] {
    candidates(for: problem, on: instructionSet, in: catalogue, all: true)
  }

  package static func recordingKernel(
    _: PlannedKernel, on _: InstructionSet, by _: CallRecorder
  ) -> (any Kernel)? { nil }

  /// Whether `other` is the same operation of the same family.
  package func isEqual(to other: any Operation) -> Bool { (other as? Self) == self }
}
