import KernelCatalog
import KernelContract

extension CandidateMaker {
  /// The dispatcher's choice, then every other kernel on as much of the width as it can do.
  func pointwise() -> [Candidate] {
    let able = kernels.pointwise.filter { $0.epilogue == problem.epilogue }
    let channels = problem.output.channels
    let pixels = problem.input.pixels
    let pick = kernels.dispatcher.pointwise(problem, channels)
    var splits = pick.map { [$0] } ?? []
    for kernel in able {
      let runs = panelRuns(vectors(channels), kernel, rest: able) { $0.vectors }
      guard let split = runs?.map({ PointwiseRun(kernel: $0.kernel, panels: $0.panels) }),
        split.map(\.kernel.name) != pick?.map(\.kernel.name)
      else { continue }
      splits.append(split)
    }
    let layout = inputLayout
    let input = FloatBuffer(operands.input, layout)
    let residual =
      problem.epilogue == .residual
      ? FloatBuffer(operands.second, ActivationLayout(problem.output)) : nil
    return splits.enumerated().map { index, runs in
      let layer = PointwiseLayer(
        packed: PackedPointwise(
          weights: operands.weights.span, bias: operands.bias.span, depth: problem.input.channels,
          runs: runs),
        input: input, inputPitch: layout.pitch, residual: residual, output: output,
        outputPitch: outputPitch)
      return Candidate(kernels: runs.map(\.kernel.name), isPick: pick != nil && index == 0) {
        layer.run($0, of: $1, pixels: pixels)
      }
    }
  }
}

/// A packed layer with its maps.
private struct PointwiseLayer: Sendable {
  let packed: PackedPointwise
  let input: FloatBuffer
  let inputPitch: Int
  let residual: FloatBuffer?
  let output: FloatBuffer
  let outputPitch: Int

  /// Does a part: of the rows or, where these are too few, of the panels.
  func run(_ part: Int, of parts: Int, pixels: Int) {
    let runs = packed.runs
    let step = runs.map(\.kernel.rows).max() ?? 1
    if pixels >= parts * step {
      let rows = share(part, of: parts, count: pixels, step: step)
      for index in runs.indices { run(index, 0..<runs[index].panels, rows) }
      return
    }
    let mine = share(part, of: parts, count: runs.reduce(0) { $0 + $1.panels })
    var first = 0
    for index in runs.indices {
      let panels = mine.clamped(to: first..<first + runs[index].panels)
      run(index, panels.lowerBound - first..<panels.upperBound - first, 0..<pixels)
      first += runs[index].panels
    }
  }

  private func run(_ index: Int, _ panels: Range<Int>, _ rows: Range<Int>) {
    guard !rows.isEmpty, !panels.isEmpty else { return }
    packed.run(
      index, panels: panels, rows: rows.count,
      input: input.reading + rows.lowerBound * inputPitch, inputPitch: inputPitch,
      residual: residual.map { $0.reading + rows.lowerBound * outputPitch },
      residualPitch: outputPitch,
      output: output.pointer + rows.lowerBound * outputPitch, outputPitch: outputPitch)
  }
}
