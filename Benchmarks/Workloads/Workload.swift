import KernelContract
import Scheduler

/// One way of doing a problem, with its operands packed, ready to run.
struct Candidate: Sendable {
  /// The names of the kernels it calls, without repetition; the first does as much as it can, others
  /// the rest.
  let kernels: [String]

  /// Whether the dispatcher chooses it.
  let isPick: Bool

  /// Does part `part` of `parts`; all parts together do the problem, in any order or at once.
  let run: @Sendable (_ part: Int, _ parts: Int) -> Void

  init(
    kernels: [String], isPick: Bool, run: @escaping @Sendable (_ part: Int, _ parts: Int) -> Void
  ) {
    self.kernels = kernels.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    self.isPick = isPick
    self.run = run
  }

  /// A candidate of a single kernel.
  init(
    kernel: String, isPick: Bool, run: @escaping @Sendable (_ part: Int, _ parts: Int) -> Void
  ) {
    self.init(kernels: [kernel], isPick: isPick, run: run)
  }

  /// The kernels' names with a plus between.
  var name: String { kernels.joined(separator: "+") }
}

/// A problem with values: what goes in, what must come out, and who can do it.
struct Workload: Sendable {
  let problem: OperationProblem
  let instructionSet: KernelContract.InstructionSet

  /// Best first as in the catalogue; empty where the instruction set has no kernel for it.
  let candidates: [Candidate]
  let result: Result

  /// Where all candidates write, and what the reference says of it.
  struct Result: Sendable {
    let buffer: FloatBuffer

    /// The bits each value of the buffer must have; nil for those that must not be written.
    let expected: [Float?]
  }

  /// Runs a candidate on all workers of `team`.
  func run(_ candidate: Candidate, on team: Team) {
    let parts = team.workerCount
    guard parts > 1 else { return candidate.run(0, 1) }
    team.forEachTile(count: parts) { candidate.run($0, parts) }
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
  /// A channels-last map of `values`, `[pixel][channel]`, in the layout of the kernels.
  /// Surplus lanes must be zero, and what lies between pixels left alone.
  init(_ values: [Float], _ layout: ActivationLayout) {
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
    self.init(buffer: FloatBuffer(count: expected.count), expected: expected)
  }
}

extension FloatBuffer {
  /// A channels-last map of `values`, `[pixel][channel]`, in the layout of the kernels; surplus lanes
  /// are zero and what lies between pixels is poison.
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

/// The `part`-th of `parts` nearly equal ranges of `0..<count`, in multiples of `step` but for the last.
func share(_ part: Int, of parts: Int, count: Int, step: Int = 1) -> Range<Int> {
  let steps = (count + step - 1) / step
  return min(count, steps * part / parts * step)..<min(count, steps * (part + 1) / parts * step)
}
