import KernelCatalog
import KernelContract

extension CandidateMaker {
  func depthwise(_ geometry: ConvolutionGeometry, _ multiplier: Int) -> [Candidate] {
    let able = kernels.depthwise.filter {
      $0.geometry == geometry && $0.multiplier == multiplier && $0.epilogue == problem.epilogue
    }
    guard !able.isEmpty else { return [] }
    let pick = kernels.dispatcher.depthwise(problem)
    let (shape, pitch) = (problem.input, inputLayout.pitch)
    let input = FloatBuffer(operands.input, inputLayout)
    let (output, outputPitch, rows) = (output, outputPitch, problem.output.height)
    return able.map { kernel in
      let packed = PackedDepthwise(
        weights: operands.weights.span, bias: operands.bias.span, kernel: kernel)
      return Candidate(kernel: kernel.name, isPick: kernel.name == pick?.name) { part, parts in
        let mine = share(part, of: parts, count: rows, step: kernel.tileHeight)
        guard !mine.isEmpty else { return }
        packed.run(
          rows: mine, of: shape, input: input.reading, inputPitch: pitch, output: output.pointer,
          outputPitch: outputPitch)
      }
    }
  }

  func stem(
    _ geometry: ConvolutionGeometry, _ layout: OperationProblem.PictureLayout
  ) -> [Candidate] {
    let shape = problem.input
    guard geometry == ConvolutionGeometry(kernel: 3, stride: 2), shape.channels == 3 else {
      return []
    }
    let padded = ActivationLayout.paddedChannels(problem.output.channels)
    let able = kernels.stem.filter {
      $0.epilogue == problem.epilogue && padded % $0.panelWidth == 0
    }
    let pick = kernels.dispatcher.stem(problem)
    let isPlanar = layout == .nchw
    let values = FloatBuffer(isPlanar ? planar(operands.input, shape) : operands.input)
    let (output, outputPitch, rows) = (output, outputPitch, problem.output.height)
    return able.map { kernel in
      let packed = PackedStem(
        weights: operands.weights.span, bias: operands.bias.span, kernel: kernel)
      return Candidate(kernel: kernel.name, isPick: kernel.name == pick?.name) { part, parts in
        let mine = share(part, of: parts, count: rows)
        guard !mine.isEmpty else { return }
        let picture: StridedPicture =
          isPlanar
          ? .planar(values.reading, height: shape.height, width: shape.width)
          : .interleaved(values.reading, height: shape.height, width: shape.width)
        packed.run(rows: mine, of: picture, output: output.pointer, outputPitch: outputPitch)
      }
    }
  }

  /// `[channel][pixel]` of `values`, `[pixel][channel]`.
  func planar(_ values: [Float], _ shape: FeatureShape) -> [Float] {
    (0..<shape.elements).map { values[$0 % shape.pixels * shape.channels + $0 / shape.pixels] }
  }
}
