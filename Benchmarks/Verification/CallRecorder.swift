import KernelContract
import Synchronization

/// What a kernel was called with, to be called again on another machine.
struct RecordedCall: Sendable {
  /// The pointer is only compared with that of the output, never followed.
  enum Argument: @unchecked Sendable {
    case integer(Int)
    /// Exactly the values that the kernel may read.
    case values([Float])
    /// So many values that the kernel may write and read.
    case scratch(Int)
    /// A place in the output.
    case output(UnsafeMutablePointer<Float>)
    case none
  }

  let kernel: String
  let arguments: [Argument]
}

/// Kernels that compute nothing and note their arguments instead.
final class CallRecorder: Sendable {
  private let calls = Mutex<[RecordedCall]>([])

  private func add(_ kernel: String, _ arguments: [RecordedCall.Argument]) {
    calls.withLock { $0.append(RecordedCall(kernel: kernel, arguments: arguments)) }
  }

  /// The calls since the last time.
  func takeCalls() -> [RecordedCall] {
    calls.withLock { calls in
      defer { calls = [] }
      return calls
    }
  }

  private static func values(
    _ place: UnsafePointer<Float>, _ count: Int
  ) -> RecordedCall.Argument {
    .values(Array(UnsafeBufferPointer(start: place, count: count)))
  }

  /// Values of `count` pieces of `length` values, `pitch` apart.
  private static func values(
    _ place: UnsafePointer<Float>, _ count: Int, pitch: Int, length: Int
  ) -> RecordedCall.Argument {
    values(place, count > 0 ? (count - 1) * pitch + length : 0)
  }

  func pointwise(_ name: String, width: Int) -> PointwiseKernel.Function {
    {
      [self]
      rows, panels, depth, input, inputPitch, weights, bias, residual, residualPitch,
      output, outputPitch in
      let added: RecordedCall.Argument =
        residual.map { Self.values($0, rows, pitch: residualPitch, length: panels * width) }
        ?? .none
      add(
        name,
        [
          .integer(rows), .integer(panels), .integer(depth),
          Self.values(input, rows, pitch: inputPitch, length: depth), .integer(inputPitch),
          Self.values(weights, panels * depth * width), Self.values(bias, panels * width),
          added, .integer(residualPitch), .output(output), .integer(outputPitch),
        ])
    }
  }

  func depthwise(
    _ name: String, taps: Int, multiplier: Int, lanes: Int
  ) -> DepthwiseKernel.Function {
    { [self] first, end, height, width, vectors, input, inputPitch, weights, bias, output, pitch in
      // An odd last vector of outputs has all its weights, of which half are not used.
      let inputVectors = (vectors + multiplier - 1) / multiplier
      let planes = inputVectors * multiplier * lanes
      add(
        name,
        [
          .integer(first), .integer(end), .integer(height), .integer(width), .integer(vectors),
          Self.values(input, height * width, pitch: inputPitch, length: inputVectors * lanes),
          .integer(inputPitch), Self.values(weights, planes * taps), Self.values(bias, planes),
          .output(output), .integer(pitch),
        ])
    }
  }

  func stem(_ name: String, panelWidth: Int) -> StemKernel.Function {
    {
      [self]
      first, end, height, width, panels, input, channelStride, rowStride, pixelStride,
      weights, bias, output, pitch in
      let last = (height - 1) * rowStride + (width - 1) * pixelStride + 2 * channelStride
      add(
        name,
        [
          .integer(first), .integer(end), .integer(height), .integer(width), .integer(panels),
          Self.values(input, last + 1), .integer(channelStride), .integer(rowStride),
          .integer(pixelStride), Self.values(weights, panels * 27 * panelWidth),
          Self.values(bias, panels * panelWidth), .output(output), .integer(pitch),
        ])
    }
  }

  func attention(
    _ name: String, scratch elements: @escaping @Sendable (_ tokens: Int) -> Int
  ) -> AttentionKernel.Function {
    {
      [self]
      firstQuery, endQuery, tokens, firstHead, endHead, channels, input, pitch, _, output,
      outputPitch in
      add(
        name,
        [
          .integer(firstQuery), .integer(endQuery), .integer(tokens), .integer(firstHead),
          .integer(endHead), .integer(channels),
          Self.values(input, tokens, pitch: pitch, length: 3 * channels), .integer(pitch),
          .scratch(elements(tokens)), .output(output), .integer(outputPitch),
        ])
    }
  }

  func pooling(_ name: String, lanes: Int) -> PoolingKernel.Function {
    { [self] pixels, vectors, input, pitch, output in
      add(
        name,
        [
          .integer(pixels), .integer(vectors),
          Self.values(input, pixels, pitch: pitch, length: vectors * lanes), .integer(pitch),
          .output(output),
        ])
    }
  }

  func scaling(_ name: String, lanes: Int) -> ScalingKernel.Function {
    { [self] pixels, vectors, input, pitch, factors, output, outputPitch in
      add(
        name,
        [
          .integer(pixels), .integer(vectors),
          Self.values(input, pixels, pitch: pitch, length: vectors * lanes), .integer(pitch),
          Self.values(factors, vectors * lanes), .output(output), .integer(outputPitch),
        ])
    }
  }

  func activation(_ name: String, lanes: Int) -> ActivationKernel.Function {
    { [self] pixels, vectors, input, pitch, output, outputPitch in
      add(
        name,
        [
          .integer(pixels), .integer(vectors),
          Self.values(input, pixels, pitch: pitch, length: vectors * lanes), .integer(pitch),
          .output(output), .integer(outputPitch),
        ])
    }
  }

  func layout(_ name: String, _ direction: LayoutKernel.Direction) -> LayoutKernel.Function {
    { [self] pixels, channels, input, pitch, output, outputPitch in
      let isFromPlanar = direction == .fromPlanar
      add(
        name,
        [
          .integer(pixels), .integer(channels),
          Self.values(
            input, isFromPlanar ? channels : pixels, pitch: pitch,
            length: isFromPlanar ? pixels : ActivationLayout.paddedChannels(channels)),
          .integer(pitch), .output(output), .integer(outputPitch),
        ])
    }
  }
}
