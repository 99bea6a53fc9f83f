import KernelContract

/// A pointwise layer made ready for its kernels: the width split into runs of panels, and weights and
/// bias in the order the kernels read them.
///
/// The width is padded to `ActivationLayout.channelAlignment`. Surplus channels have zero weights and a
/// bias whose epilogue is zero, so that the surplus lanes of the output are zero.
package struct PackedPointwise: Sendable {
  package let outputs: Int
  package let depth: Int
  package let runs: [PointwiseRun]

  /// Of each run: weights, then bias.
  private let operands: AlignedBuffer
  private let places: [Place]

  /// Values of packed weights and biases, with the surplus.
  package var operandElements: Int { operands.count }

  /// Where a run's operands begin, and its first output channel.
  private struct Place {
    let weights: Int
    let bias: Int
    let channel: Int
  }

  /// Packs a whole layer.
  ///
  /// - Parameters:
  ///   - weights: `[output channel][input channel]`.
  ///   - bias: one value an output channel.
  ///   - runs: cover the padded width exactly, all with the same epilogue.
  ///   - buffer: where to, zeros, `operandElements` of them; memory of its own if not given.
  package init(
    weights: Span<Float>, bias: Span<Float>, depth: Int, runs: [PointwiseRun],
    into buffer: AlignedBuffer? = nil
  ) {
    self.init(outputs: bias.count, depth: depth, runs: runs, into: buffer) { pack in
      pack(0..<bias.count, weights, bias)
    }
  }

  /// Packs a layer that comes in blocks, so that it need not exist as a whole anywhere else.
  ///
  /// - Parameters:
  ///   - outputs: output channels.
  ///   - runs: cover the padded width exactly, all with the same epilogue.
  ///   - buffer: where to, zeros, `operandElements` of them; memory of its own if not given.
  ///   - blocks: must call its argument until every output channel had its turn, each time with some of
  ///     them, their weights, `[output channel][input channel]`, and their biases.
  /// - Throws: what `blocks` throws.
  package init<Failure: Error>(
    outputs: Int, depth: Int, runs: [PointwiseRun], into buffer: AlignedBuffer? = nil,
    blocks: ((Range<Int>, Span<Float>, Span<Float>) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(depth > 0)
    precondition(runs.reduce(0) { $0 + $1.width } == ActivationLayout.paddedChannels(outputs))
    self.outputs = outputs
    self.depth = depth
    self.runs = runs

    let layout = Self.layout(depth: depth, runs: runs)
    places = layout.places
    operands = buffer ?? AlignedBuffer(count: layout.elements)
    precondition(operands.count == layout.elements)
    packSurplus()
    try blocks(pack)
  }

  /// The same operands, not copied, for other kernels; nil where their panels are not as wide.
  package func with(_ runs: [PointwiseRun]) -> PackedPointwise? {
    func panels(_ runs: [PointwiseRun]) -> [[Int]] {
      runs.map { [$0.kernel.panelWidth, $0.panels] }
    }
    let epilogues = Set((self.runs + runs).map(\.kernel.epilogue))
    guard panels(runs) == panels(self.runs), epilogues.count == 1 else { return nil }
    return PackedPointwise(self, runs)
  }

  private init(_ other: PackedPointwise, _ runs: [PointwiseRun]) {
    outputs = other.outputs
    depth = other.depth
    self.runs = runs
    operands = other.operands
    places = other.places
  }

  /// Values of the packed weights and biases of a layer, with the surplus.
  package static func operandElements(depth: Int, runs: [PointwiseRun]) -> Int {
    layout(depth: depth, runs: runs).elements
  }

  private static func layout(
    depth: Int, runs: [PointwiseRun]
  ) -> (places: [Place], elements: Int) {
    var places: [Place] = []
    var end = 0
    var channel = 0
    for run in runs {
      let weights = end
      let bias = weights + ActivationLayout.paddedChannels(run.width * depth)
      places.append(Place(weights: weights, bias: bias, channel: channel))
      end = bias + ActivationLayout.paddedChannels(run.width)
      channel += run.width
    }
    return (places, end)
  }

  /// Gives surplus channels their bias; their weights are the zeros that are there already.
  private func packSurplus() {
    var target = operands.values.mutableSpan
    for (run, place) in zip(runs, places) {
      let first = min(max(outputs - place.channel, 0), run.width)
      for lane in first..<run.width {
        target[place.bias + lane] = run.kernel.epilogue == .sigmoid ? -.infinity : 0
      }
    }
  }

  /// Packs some output channels, which may lie in several panels and runs.
  private func pack(_ channels: Range<Int>, _ weights: Span<Float>, _ bias: Span<Float>) {
    precondition(weights.count == channels.count * depth && bias.count == channels.count)
    precondition(channels.lowerBound >= 0 && channels.upperBound <= outputs)
    var target = operands.values.mutableSpan
    for (run, place) in zip(runs, places) {
      let width = run.kernel.panelWidth
      for panel in 0..<run.panels {
        let first = place.channel + panel * width
        let part = channels.clamped(to: first..<first + width)
        guard !part.isEmpty else { continue }
        let block = part.lowerBound - channels.lowerBound..<part.upperBound - channels.lowerBound
        target.writeColumns(
          of: weights.extracting(block.lowerBound * depth..<block.upperBound * depth),
          rows: block.count, columns: depth, rowPitch: depth,
          at: place.weights + panel * width * depth + part.lowerBound - first, pitch: width)
        for index in block {
          target[place.bias + channels.lowerBound + index - place.channel] = bias[index]
        }
      }
    }
  }

  /// Computes all output channels of `rows` rows.
  ///
  /// - Parameters:
  ///   - input: `[row][inputPitch]`, of which `depth` channels are read.
  ///   - residual: `[row][residualPitch]`, for kernels with that epilogue, else nil.
  ///   - output: `[row][outputPitch]`, of which all padded channels are written.
  package func run(
    rows: Int, input: UnsafePointer<Float>, inputPitch: Int,
    residual: UnsafePointer<Float>?, residualPitch: Int,
    output: UnsafeMutablePointer<Float>, outputPitch: Int
  ) {
    let block = rowBlock(rows: rows, inputPitch: inputPitch)
    var row = 0
    while row < rows {
      // A rest smaller than a tile would be computed row by row.
      let count = rows - row < block + Self.largestTile ? rows - row : block
      for index in runs.indices {
        run(
          index, panels: 0..<runs[index].panels, rows: count,
          input: input + row * inputPitch, inputPitch: inputPitch,
          residual: residual.map { $0 + row * residualPitch }, residualPitch: residualPitch,
          output: output + row * outputPitch, outputPitch: outputPitch)
      }
      row += count
    }
  }

  /// No tile has more rows.
  private static let largestTile = 16

  /// Bytes of input that stay in the second-level cache while all panels pass over them.
  private static let cachedBytes = 512 << 10

  /// The rows that all panels pass over before the next rows are begun.
  ///
  /// Without blocks the input comes from beyond the cache once a panel, with blocks the weights come
  /// once a block: whichever moves fewer bytes.
  func rowBlock(rows: Int, inputPitch: Int) -> Int {
    let bytes = MemoryLayout<Float>.stride
    let inputBytes = rows * inputPitch * bytes
    let weightBytes = operands.count * bytes
    let panels = runs.reduce(0) { $0 + $1.panels }
    let blocks = (inputBytes + Self.cachedBytes - 1) / Self.cachedBytes
    guard blocks > 1, inputBytes + blocks * weightBytes < panels * inputBytes + weightBytes else {
      return max(rows, 1)
    }
    let tile = Self.largestTile
    return max(rows / blocks / tile * tile, tile)
  }

  /// Computes some panels of one run, for schedules that share out channels. The pointers are those of
  /// the whole rows.
  package func run(
    _ index: Int, panels: Range<Int>, rows: Int, input: UnsafePointer<Float>, inputPitch: Int,
    residual: UnsafePointer<Float>?, residualPitch: Int,
    output: UnsafeMutablePointer<Float>, outputPitch: Int
  ) {
    let kernel = runs[index].kernel
    let place = places[index]
    precondition(panels.lowerBound >= 0 && panels.upperBound <= runs[index].panels)
    let offset = panels.lowerBound * kernel.panelWidth
    let channel = place.channel + offset
    kernel.function(
      rows, panels.count, depth, input, inputPitch,
      operands.pointer + place.weights + offset * depth, operands.pointer + place.bias + offset,
      residual.map { $0 + channel }, residualPitch, output + channel, outputPitch)
  }
}
