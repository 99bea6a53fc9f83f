/// A pointwise layer made ready for its kernels: the width split into segments of panels, and weights and
/// bias in the order in which the kernels read them.
///
/// The width is padded to `ActivationLayout.channelAlignment`. Surplus channels have zero weights and a
/// bias that the epilogue turns into zero, so that the surplus lanes of the output are zero.
package struct PackedPointwise: RowwiseOperation {
  /// Output channels, without the surplus.
  package let outputs: Int
  /// Input channels.
  package let depth: Int
  /// The segments, in ascending order of the channels.
  package let segments: [PointwiseSegment]

  /// The operands of each segment: weights, then bias.
  private let operands: AlignedBuffer
  private let places: [Place]

  /// Bytes of packed weights and biases, with the surplus.
  package var operandBytes: Int { operands.byteCount }

  package var chosen: any ChosenKernels {
    ChosenPointwise(segments, outputs: outputs, depth: depth)
  }

  package var window: ConvolutionGeometry { .pointwise }

  /// Where a segment's operands begin, in bytes, and its first output channel.
  private struct Place {
    let weights: Int
    let bias: Int
    let channel: Int
  }

  /// Packs a whole layer.
  ///
  /// - Parameters:
  ///   - weights: `[output channel][input channel]`.
  ///   - bias: one value per output channel.
  ///   - depth: input channels.
  ///   - segments: cover the padded width exactly, all with the same epilogue.
  ///   - buffer: where the packed operands go, `operandBytes` zeros; memory of its own if nil.
  package init(
    weights: Span<Float>, bias: Span<Float>, depth: Int, segments: [PointwiseSegment],
    into buffer: AlignedBuffer? = nil
  ) {
    self.init(outputs: bias.count, depth: depth, segments: segments, into: buffer) { pack in
      pack(0..<bias.count, weights, bias)
    }
  }

  /// Packs a layer some output channels at a time, so that unpacked weights need not exist as a whole.
  ///
  /// - Parameters:
  ///   - outputs: output channels.
  ///   - depth: input channels.
  ///   - segments: cover the padded width exactly, all with the same epilogue.
  ///   - buffer: where the packed operands go, `operandBytes` zeros; memory of its own if nil.
  ///   - blocks: called once with a function that packs a range of output channels, given their weights,
  ///     `[output channel][input channel]`, and their biases; must call this function until every output
  ///     channel is packed.
  /// - Throws: what `blocks` throws.
  package init<Failure: Error>(
    outputs: Int, depth: Int, segments: [PointwiseSegment], into buffer: AlignedBuffer? = nil,
    blocks: ((Range<Int>, Span<Float>, Span<Float>) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(depth > 0)
    precondition(segments.reduce(0) { $0 + $1.width } == ActivationLayout.paddedChannels(outputs))
    self.outputs = outputs
    self.depth = depth
    self.segments = segments

    let layout = Self.layout(depth: depth, segments: segments)
    places = layout.places
    operands = buffer ?? AlignedBuffer(byteCount: layout.bytes)
    precondition(operands.byteCount == layout.bytes)
    packSurplus()
    try blocks(pack)
  }

  package func with(_ chosen: any ChosenKernels) -> (any PackedOperation)? {
    (chosen as? ChosenPointwise).flatMap { with($0.segments) }
  }

  /// The same operands, not copied, for other kernels; nil where these kernels read another layout of panels.
  package func with(_ segments: [PointwiseSegment]) -> PackedPointwise? {
    func layout(_ segments: [PointwiseSegment]) -> [SegmentLayout] {
      segments.map { SegmentLayout(weights: $0.kernel.operands.weights, panels: $0.panels) }
    }
    let epilogues = Set((self.segments + segments).map(\.kernel.epilogue))
    guard layout(segments) == layout(self.segments), epilogues.count == 1 else { return nil }
    return PackedPointwise(self, segments)
  }

  private struct SegmentLayout: Equatable {
    let weights: OperandDescription?
    let panels: Int
  }

  private init(_ other: PackedPointwise, _ segments: [PointwiseSegment]) {
    outputs = other.outputs
    depth = other.depth
    self.segments = segments
    operands = other.operands
    places = other.places
  }

  /// Bytes of the packed weights and biases of a layer, with the surplus.
  package static func operandBytes(depth: Int, segments: [PointwiseSegment]) -> Int {
    layout(depth: depth, segments: segments).bytes
  }

  private static func layout(
    depth: Int, segments: [PointwiseSegment]
  ) -> (places: [Place], bytes: Int) {
    var places: [Place] = []
    var end = 0
    var channel = 0
    for segment in segments {
      let weights = end
      let bias = AlignedBuffer.aligned(
        weights + segment.kernel.weightBytes(depth: depth, width: segment.width))
      places.append(Place(weights: weights, bias: bias, channel: channel))
      end = AlignedBuffer.aligned(bias + segment.width * MemoryLayout<Float>.stride)
      channel += segment.width
    }
    return (places, end)
  }

  /// Gives surplus channels their bias; their weights are the zeros of the fresh memory.
  private func packSurplus() {
    for (segment, place) in zip(segments, places) {
      let first = min(max(outputs - place.channel, 0), segment.width)
      for lane in first..<segment.width {
        store(bias: segment.kernel.epilogue == .sigmoid ? -.infinity : 0, lane, of: place)
      }
    }
  }

  private func store(bias: Float, _ lane: Int, of place: Place) {
    (operands.pointer + place.bias).advanced(floats: lane).storeBytes(of: bias, as: Float.self)
  }

  /// Packs some output channels, which may lie in several panels and segments.
  private func pack(_ channels: Range<Int>, _ weights: Span<Float>, _ bias: Span<Float>) {
    precondition(weights.count == channels.count * depth && bias.count == channels.count)
    precondition(channels.lowerBound >= 0 && channels.upperBound <= outputs)
    for (segment, place) in zip(segments, places) {
      let width = segment.kernel.panelWidth
      for panel in 0..<segment.panels {
        let first = place.channel + panel * width
        let part = channels.clamped(to: first..<first + width)
        guard !part.isEmpty else { continue }
        let block = part.lowerBound - channels.lowerBound..<part.upperBound - channels.lowerBound
        let start = place.weights + segment.kernel.weightBytes(depth: depth, width: panel * width)
        segment.kernel.pack(
          weights.extracting(block.lowerBound * depth..<block.upperBound * depth), depth: depth,
          lane: part.lowerBound - first, into: operands.pointer + start)
        for index in block {
          store(bias: bias[index], channels.lowerBound + index - place.channel, of: place)
        }
      }
    }
  }
}

extension PointwiseKernel {
  /// Bytes of the packed weights of `width` output channels.
  fileprivate func weightBytes(depth: Int, width: Int) -> Int {
    let group = precision.channelsPerLane
    return (depth + group - 1) / group * group * width * precision.weights.byteCount
  }

  /// Packs the weights of some output channels of a panel; the first of them goes to lane `lane`.
  ///
  /// - Parameter weights: `[output channel][input channel]`.
  fileprivate func pack(
    _ weights: Span<Float>, depth: Int, lane: Int, into panel: UnsafeMutableRawPointer
  ) {
    switch precision {
    case .f32:
      let count = depth * panelWidth
      var target = UnsafeMutableBufferPointer(
        start: panel.bindMemory(to: Float.self, capacity: count), count: count
      ).mutableSpan
      target.writeColumns(
        of: weights, rows: weights.count / depth, columns: depth, rowPitch: depth, at: lane,
        pitch: panelWidth)
    case .bf16:
      for row in 0..<weights.count / depth {
        for channel in 0..<depth {
          let place = (channel / 2 * panelWidth + lane + row) * 2 + channel % 2
          panel.storeBytes(
            of: BFloat16(weights[row * depth + channel]).bits, toByteOffset: 2 * place,
            as: UInt16.self)
        }
      }
    case .s8:
      preconditionFailure("\(name): packing of bytes is not written yet")
    }
  }
}

// MARK: - Running

extension PackedPointwise {
  package func run(rows: Range<Int>, on input: FeatureShape, _ places: OperandPlaces) {
    let pixels = rows.lowerBound * input.width
    run(
      rows: rows.count * input.width,
      input: places.input.values.advanced(floats: pixels * places.input.pixelStride),
      inputPitch: places.input.pixelStride,
      residual: places.second.map { $0.advanced(floats: pixels * places.outputPitch) },
      output: places.output.advanced(floats: pixels * places.outputPitch),
      outputPitch: places.outputPitch)
  }

  /// Computes all output channels of `rows` rows of the matrix.
  ///
  /// - Parameters:
  ///   - input: `[row][inputPitch]`, of which `depth` channels are read.
  ///   - residual: `[row][outputPitch]`, for kernels with that epilogue, else nil.
  ///   - output: `[row][outputPitch]`, of which all padded channels are written.
  package func run(
    rows: Int, input: UnsafeRawPointer, inputPitch: Int, residual: UnsafeRawPointer?,
    output: UnsafeMutableRawPointer, outputPitch: Int
  ) {
    let block = rowBlock(rows: rows, inputPitch: inputPitch)
    var row = 0
    while row < rows {
      // A remainder of fewer rows than a tile joins the last block: alone, it would be computed row by row.
      let count = rows - row < block + Self.largestTile ? rows - row : block
      for index in segments.indices {
        run(
          index, panels: 0..<segments[index].panels, rows: count,
          input: input.advanced(floats: row * inputPitch), inputPitch: inputPitch,
          residual: residual.map { $0.advanced(floats: row * outputPitch) },
          output: output.advanced(floats: row * outputPitch), outputPitch: outputPitch)
      }
      row += count
    }
  }

  /// The most rows of a tile.
  private static let largestTile = 16

  /// Bytes of input that stay in the second-level cache while all panels pass over them.
  private static let cachedBytes = 512 << 10

  /// The rows that all panels pass over before the next rows are begun.
  ///
  /// Without blocks the input comes from beyond the cache once per panel; with blocks the weights come from
  /// there once per block. The result is whichever moves fewer bytes.
  func rowBlock(rows: Int, inputPitch: Int) -> Int {
    let inputBytes = rows * inputPitch * ActivationLayout.elementType.byteCount
    let weightBytes = operands.byteCount
    let panels = segments.reduce(0) { $0 + $1.panels }
    let blocks = (inputBytes + Self.cachedBytes - 1) / Self.cachedBytes
    guard blocks > 1, inputBytes + blocks * weightBytes < panels * inputBytes + weightBytes else {
      return max(rows, 1)
    }
    let tile = Self.largestTile
    return max(rows / blocks / tile * tile, tile)
  }

  /// Computes the panels `panels` of segment `index`, for tasks that share out channels. The pointers are
  /// those of whole rows: of the first channel, whichever channels are computed.
  package func run(
    _ index: Int, panels: Range<Int>, rows: Int, input: UnsafeRawPointer, inputPitch: Int,
    residual: UnsafeRawPointer?, output: UnsafeMutableRawPointer, outputPitch: Int
  ) {
    let kernel = segments[index].kernel
    let place = places[index]
    precondition(panels.lowerBound >= 0 && panels.upperBound <= segments[index].panels)
    let offset = panels.lowerBound * kernel.panelWidth
    let channel = place.channel + offset
    kernel.function(
      rows, panels.count, depth, input, inputPitch,
      operands.pointer + place.weights + kernel.weightBytes(depth: depth, width: offset),
      (operands.pointer + place.bias).advanced(floats: offset),
      residual.map { $0.advanced(floats: channel) }, outputPitch,
      output.advanced(floats: channel), outputPitch)
  }
}
