import KernelContract

extension CandidateMaker {
  func depthwise(_ geometry: ConvolutionGeometry, _ multiplier: Int) -> [Candidate] {
    let able = kernels.depthwise.filter {
      $0.geometry == geometry && $0.multiplier == multiplier && $0.epilogue == problem.epilogue
    }
    guard !able.isEmpty else { return [] }
    let shape = problem.input
    let vectors = vectors(shape.channels)
    let pitch = inputLayout.pitch
    let input = FloatBuffer(operands.input, inputLayout)
    let weights = packedDepthwise(geometry.taps, multiplier, operands.weights)
    let bias = packedDepthwise(1, multiplier, operands.bias)
    let (output, outputPitch, rows) = (output, outputPitch, problem.output.height)
    return able.map { kernel in
      Candidate(kernel: kernel.name, isPick: kernel.name == able.first?.name) { part, parts in
        let mine = share(part, of: parts, count: rows, step: kernel.tileHeight)
        guard !mine.isEmpty else { return }
        kernel.function(
          mine.lowerBound, mine.upperBound, shape.height, shape.width, vectors,
          input.reading, pitch, weights.reading, bias.reading, output.pointer, outputPitch)
      }
    }
  }

  /// `values`, `[output channel][tap]`, as `[vector][plane][tap][lane]`.
  private func packedDepthwise(_ taps: Int, _ planes: Int, _ values: [Float]) -> FloatBuffer {
    let vectors = vectors(problem.input.channels)
    var packed = [Float](repeating: 0, count: vectors * planes * taps * lanes)
    for output in 0..<problem.output.channels {
      let (input, plane) = output.quotientAndRemainder(dividingBy: planes)
      for tap in 0..<taps {
        let row = (input / lanes * planes + plane) * taps + tap
        packed[row * lanes + input % lanes] = values[output * taps + tap]
      }
    }
    return FloatBuffer(packed)
  }
}
