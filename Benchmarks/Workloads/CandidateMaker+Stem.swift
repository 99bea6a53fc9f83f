import KernelContract

extension CandidateMaker {
  func stem(
    _ geometry: ConvolutionGeometry, _ layout: OperationProblem.PictureLayout
  ) -> [Candidate] {
    let shape = problem.input
    guard geometry == ConvolutionGeometry(kernel: 3, stride: 2), shape.channels == 3 else {
      return []
    }
    let able = kernels.stem.filter { $0.epilogue == problem.epilogue }
    let isPlanar = layout == .nchw
    let picture = FloatBuffer(isPlanar ? planar(operands.input, shape) : operands.input)
    let (output, outputPitch, rows) = (output, outputPitch, problem.output.height)
    return able.compactMap { kernel -> Candidate? in
      let runs = panelRuns(vectors(problem.output.channels), kernel, rest: able) { $0.tileVectors }
      guard let runs else { return nil }
      let calls = runs.map { run in (run, packedStem(run)) }
      return Candidate(kernel: kernel.name, isPick: kernel.name == able.first?.name) {
        part, parts in
        let mine = share(part, of: parts, count: rows)
        guard !mine.isEmpty else { return }
        for (run, packed) in calls {
          run.kernel.function(
            mine.lowerBound, mine.upperBound, shape.height, shape.width, run.panels,
            picture.reading, isPlanar ? shape.pixels : 1,
            isPlanar ? shape.width : 3 * shape.width, isPlanar ? 1 : 3,
            packed.weights.reading, packed.bias.reading,
            output.pointer + run.firstVector * run.kernel.instructionSet.lanes, outputPitch)
        }
      }
    }
  }

  /// `[channel][pixel]` of `values`, `[pixel][channel]`.
  func planar(_ values: [Float], _ shape: FeatureShape) -> [Float] {
    (0..<shape.elements).map { values[$0 % shape.pixels * shape.channels + $0 / shape.pixels] }
  }

  /// Weights `[panel][ky, kx, channel][lane]` and bias `[panel][lane]` of the run's channels.
  private func packedStem(
    _ run: PanelRun<StemKernel>
  ) -> (weights: FloatBuffer, bias: FloatBuffer) {
    let width = run.kernel.panelWidth
    var weights = [Float](repeating: 0, count: run.panels * 27 * width)
    var bias = [Float](repeating: 0, count: run.panels * width)
    for lane in 0..<run.panels * width {
      let channel = run.firstVector * lanes + lane
      guard channel < problem.output.channels else { break }
      bias[lane] = operands.bias[channel]
      for tap in 0..<9 {
        for c in 0..<3 {
          weights[(lane / width * 27 + tap * 3 + c) * width + lane % width] =
            operands.weights[(channel * 3 + c) * 9 + tap]
        }
      }
    }
    return (FloatBuffer(weights), FloatBuffer(bias))
  }
}
