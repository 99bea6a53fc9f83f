import KernelContract

extension CandidateMaker {
  func pointwise() -> [Candidate] {
    let able = kernels.pointwise.filter { $0.epilogue == problem.epilogue }
    let layout = inputLayout
    let input = FloatBuffer(operands.input, layout)
    let residual =
      problem.epilogue == .residual
      ? FloatBuffer(operands.second, ActivationLayout(problem.output)) : nil
    let pixels = problem.input.pixels
    return able.compactMap { kernel -> Candidate? in
      let runs = panelRuns(vectors(problem.output.channels), kernel, rest: able) { $0.vectors }
      guard let runs else { return nil }
      let calls = runs.map { run in
        PointwiseCall(
          run: run, pack(run), input: input, inputPitch: layout.pitch, residual: residual,
          output: output, outputPitch: outputPitch, depth: problem.input.channels)
      }
      return Candidate(kernel: kernel.name, isPick: kernel.name == able[0].name) { part, parts in
        if pixels >= parts * kernel.rows {
          let rows = share(part, of: parts, count: pixels, step: kernel.rows)
          for call in calls { call(rows, 0..<call.run.panels) }
          return
        }
        // Too few rows to share: every part takes panels.
        var first = 0
        let mine = share(part, of: parts, count: calls.reduce(0) { $0 + $1.run.panels })
        for call in calls {
          let panels = mine.clamped(to: first..<first + call.run.panels)
          call(0..<pixels, panels.lowerBound - first..<panels.upperBound - first)
          first += call.run.panels
        }
      }
    }
  }

  /// Weights `[panel][depth][lane]` and bias `[panel][lane]` of the run's channels.
  private func pack(_ run: PanelRun<PointwiseKernel>) -> (weights: FloatBuffer, bias: FloatBuffer) {
    let width = run.kernel.panelWidth
    let depth = problem.input.channels
    let channels = problem.output.channels
    var weights = [Float](repeating: 0, count: run.panels * depth * width)
    var bias = [Float](repeating: 0, count: run.panels * width)
    for lane in 0..<run.panels * width {
      let channel = run.firstVector * lanes + lane
      guard channel < channels else { break }
      bias[lane] = operands.bias[channel]
      for k in 0..<depth {
        weights[(lane / width * depth + k) * width + lane % width] =
          operands.weights[channel * depth + k]
      }
    }
    return (FloatBuffer(weights), FloatBuffer(bias))
  }
}

/// A kernel with its operands; only rows and panels are left to choose.
private struct PointwiseCall: Sendable {
  let run: PanelRun<PointwiseKernel>
  let weights: FloatBuffer
  let bias: FloatBuffer
  let input: FloatBuffer
  let inputPitch: Int
  let residual: FloatBuffer?
  let output: FloatBuffer
  let outputPitch: Int
  let depth: Int

  init(
    run: PanelRun<PointwiseKernel>, _ packed: (weights: FloatBuffer, bias: FloatBuffer),
    input: FloatBuffer, inputPitch: Int, residual: FloatBuffer?, output: FloatBuffer,
    outputPitch: Int, depth: Int
  ) {
    self.run = run
    weights = packed.weights
    bias = packed.bias
    self.input = input
    self.inputPitch = inputPitch
    self.residual = residual
    self.output = output
    self.outputPitch = outputPitch
    self.depth = depth
  }

  func callAsFunction(_ rows: Range<Int>, _ panels: Range<Int>) {
    guard !rows.isEmpty, !panels.isEmpty else { return }
    let width = run.kernel.panelWidth
    let channel = run.firstVector * run.kernel.instructionSet.lanes + panels.lowerBound * width
    let place = rows.lowerBound * outputPitch + channel
    run.kernel.function(
      rows.count, panels.count, depth,
      input.reading + rows.lowerBound * inputPitch, inputPitch,
      weights.reading + panels.lowerBound * depth * width, bias.reading + panels.lowerBound * width,
      residual.map { $0.reading + place }, outputPitch,
      output.pointer + place, outputPitch)
  }
}
