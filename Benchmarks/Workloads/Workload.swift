import FastViTOperations
import FastViTScheduler

/// One way of doing a problem, with its operands packed, ready to run.
struct Candidate: Sendable {
  /// The names of the kernels that it calls, without repetition. The first kernel does as much as it can,
  /// the others do the rest.
  let kernels: [String]

  /// Whether it is the dispatcher's pick: what the rules choose for the problem.
  let isPick: Bool

  /// Whether tiles of its first kernel, rather than single pixels, cover the problem.
  let hasTile: Bool

  /// Does part `part` of `parts`; all parts together do the problem, in any order or at once.
  let run: @Sendable (_ part: Int, _ parts: Int) -> Void

  /// The kernels' names, joined by plus signs.
  var name: String { kernels.joined(separator: "+") }
}

/// A problem with values: its operands, the expected result, and the candidates that can do it.
struct Workload: Sendable {
  let problem: OperationProblem
  let instructionSet: InstructionSet

  /// The dispatcher's pick, then the others in the order of the catalogue; empty where no kernel can do
  /// the problem.
  let candidates: [Candidate]
  let result: Result

  /// The problem with the same values every time, and the reference's result, computed on `team`.
  ///
  /// - Parameters:
  ///   - catalogue: the kernels that are candidates.
  ///   - picks: the kernels that the rules choose from; empty for no pick.
  init(
    _ problem: OperationProblem, on instructionSet: InstructionSet,
    from catalogue: KernelCatalogue, picksFrom picks: KernelCatalogue = KernelCatalogue(),
    team: Team
  ) {
    self.problem = problem
    self.instructionSet = instructionSet
    let operands = Operands(problem)
    let values = operands.expected(on: team)
    result = Result(values, problem)
    let pick = problem.chosen(on: [instructionSet], in: picks)
    let others = problem.operation.coverage(of: problem, on: instructionSet, in: catalogue)
      .filter { choice in pick.map { $0.kernels != choice.kernels } ?? true }
    let maker = CandidateMaker(operands, output: result.buffer)
    candidates =
      (pick.map { [maker.candidate($0, isPick: true)] } ?? [])
      + others.map { maker.candidate($0, isPick: false) }
  }

  /// Where all candidates write, and what the reference expects there.
  struct Result: Sendable {
    let buffer: FloatBuffer

    /// The bits that each value of the buffer must have; nil for values that must not be written.
    let expected: [Float?]
  }

  /// Runs a candidate on all workers of `team`.
  func run(_ candidate: Candidate, on team: Team) {
    let parts = team.workerCount
    guard parts > 1 else { return candidate.run(0, 1) }
    team.forEachTask(count: parts) { candidate.run($0, parts) }
  }

  /// Runs a candidate once on poisoned memory and compares all bytes; nil where they are right.
  func mismatch(_ candidate: Candidate, on team: Team) -> String? {
    result.buffer.poison()
    run(candidate, on: team)
    for (index, expected) in result.expected.enumerated() {
      let found = result.buffer.pointer[index]
      let wanted = expected ?? FloatBuffer.poison
      guard found.bitPattern != wanted.bitPattern else { continue }
      let wish = expected.map(Self.describe) ?? "a value that is left alone"
      return "value \(index) of the output: found \(Self.describe(found)), expected \(wish)"
    }
    guard result.buffer.isGuarded else {
      return "found a value written outside the output, expected none"
    }
    return nil
  }

  private static func describe(_ value: Float) -> String {
    "\(value) (0x\(String(value.bitPattern, radix: 16)))"
  }
}

extension Workload.Result {
  /// A feature map of `values`, which are `[pixel][channel]`, in the kernels' layout. Kernels must write zero
  /// to surplus lanes and nothing between pixels.
  init(_ values: [Float], _ problem: OperationProblem) {
    let layout = ActivationLayout(problem.output)
    let expected =
      problem.operation.mapLayouts.output == .planar
      ? planar(values, problem.output) : Self.padded(values, layout)
    self.init(buffer: FloatBuffer(count: expected.count), expected: expected)
  }

  private static func padded(_ values: [Float], _ layout: ActivationLayout) -> [Float?] {
    let channels = layout.shape.channels
    let pad = [Float?](repeating: 0, count: layout.paddedChannels - channels)
    let gap = [Float?](repeating: nil, count: layout.pitch - layout.paddedChannels)
    var expected: [Float?] = []
    expected.reserveCapacity(layout.elements)
    for pixel in 0..<layout.shape.pixels {
      expected += values[pixel * channels..<(pixel + 1) * channels].map { Optional($0) }
      expected += pad
      expected += gap
    }
    return expected
  }
}

extension FloatBuffer {
  /// A channels-last feature map of `values`, which are `[pixel][channel]`, in the kernels' layout. Surplus
  /// lanes are zero, and the values between pixels are poison.
  convenience init(_ values: [Float], _ layout: ActivationLayout) {
    self.init(count: layout.elements)
    let channels = layout.shape.channels
    for pixel in 0..<layout.shape.pixels {
      let target = pointer + pixel * layout.pitch
      for c in 0..<layout.paddedChannels {
        target[c] = c < channels ? values[pixel * channels + c] : 0
      }
    }
  }
}
