import FastViTOperations
import Synchronization

extension ChosenKernels {
  /// The kernels' names without their numbers of panels, without repetition.
  var kernels: [String] {
    names.reduce(into: []) { kernels, name in
      let kernel = String(name.prefix { $0 != "*" })
      if !kernels.contains(kernel) { kernels.append(kernel) }
    }
  }
}

/// Packs the operands of a problem for kernels.
struct CandidateMaker {
  private let operands: Operands
  private let input: FloatBuffer
  private let second: FloatBuffer?
  private let output: FloatBuffer

  /// - Parameter output: where all candidates write.
  init(_ operands: Operands, output: FloatBuffer) {
    self.operands = operands
    input = operands.input
    second = operands.second
    self.output = output
  }

  /// `chosen` ready to run.
  func candidate(_ chosen: any ChosenKernels, isPick: Bool) -> Candidate {
    let problem = operands.problem
    let (values, shape) = (operands.values, problem.input)
    let packed = chosen.pack(GivenWeights(values.weights, values.bias), into: nil)
    let scratches = Scratches(packed.scratchBytes(on: shape) / MemoryLayout<Float>.stride)
    let outputPitch =
      problem.operation.mapLayouts.output == .planar
      ? problem.output.pixels : ActivationLayout.pitch(problem.output.channels)
    let (operands, input, second, output) = (operands, input, second, output)
    return Candidate(
      kernels: chosen.kernels, isPick: isPick, hasTile: chosen.fits(problem)
    ) { part, parts in
      packed.run(
        part: part, of: parts, on: shape,
        OperandPlaces(
          input: operands.map(input), second: second.map { UnsafeRawPointer($0.pointer) },
          output: output.pointer, outputPitch: outputPitch,
          scratch: scratches[part].map { UnsafeMutableRawPointer($0.pointer) }))
    }
  }
}

/// Scratch memory, one piece per part of the work, made when a part first needs it.
private final class Scratches: Sendable {
  private let elements: Int
  private let pieces = Mutex<[FloatBuffer]>([])

  init(_ elements: Int) {
    self.elements = elements
  }

  /// The piece of `part`; nil where the kernels need no scratch memory.
  subscript(part: Int) -> FloatBuffer? {
    guard elements > 0 else { return nil }
    return pieces.withLock { pieces in
      while pieces.count <= part { pieces.append(FloatBuffer(count: elements)) }
      return pieces[part]
    }
  }
}
