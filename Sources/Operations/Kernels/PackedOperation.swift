/// An operation with its kernels chosen and its weights packed: what a step runs.
package protocol PackedOperation: Sendable {
  /// The kernels.
  var chosen: any ChosenKernels { get }

  /// Bytes of the packed weights and biases.
  var operandBytes: Int { get }

  /// The same weights, not copied, for other kernels; nil where these kernels read another order.
  func with(_ chosen: any ChosenKernels) -> (any PackedOperation)?

  /// Bytes of scratch memory that one call of `run(part:of:on:_:)` needs on a feature map of shape `input`.
  func scratchBytes(on input: FeatureShape) -> Int

  /// Does part `part` of `parts`; all parts together do the operation, in any order or at once.
  func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces)

  /// How the operation alone is divided into tasks for `workers` workers.
  ///
  /// - Parameter tasksPerWorker: a wish, which small work may not fulfil; nil to leave it to the operation.
  func tasks(on input: FeatureShape, workers: Int, tasksPerWorker: Int?) -> any OperationTasks
}

extension PackedOperation {
  package func scratchBytes(on _: FeatureShape) -> Int { 0 }
}

/// A packed operation that computes its output row by row from a window of input rows.
package protocol RowwiseOperation: PackedOperation {
  /// How the window walks over the input.
  var window: ConvolutionGeometry { get }

  /// Computes the output rows `rows`; reads only those rows of the input that are in their windows.
  func run(rows: Range<Int>, on input: FeatureShape, _ places: OperandPlaces)
}

/// A packed operation whose output channels each depend on few input channels, so that workers can share
/// channels as well as rows.
package protocol ChannelwiseOperation: RowwiseOperation {
  /// Groups of channels that can be computed separately; all operations of a chain have equally many.
  var channelGroups: Int { get }

  /// Computes all rows of some groups of channels.
  func run(channelGroups: Range<Int>, on input: FeatureShape, _ places: OperandPlaces)
}

/// Independent tasks that do an operation together.
package protocol OperationTasks: Sendable {
  /// How many tasks there are.
  var count: Int { get }

  /// Runs one task.
  func run(_ task: Int, _ places: OperandPlaces)
}

/// The parts of an operation as tasks.
package struct PartTasks: OperationTasks {
  private let packed: any PackedOperation
  private let input: FeatureShape
  /// The number of parts.
  package let count: Int

  /// - Parameter count: parts, at least one.
  package init(_ packed: any PackedOperation, on input: FeatureShape, count: Int) {
    precondition(count > 0)
    self.packed = packed
    self.input = input
    self.count = count
  }

  package func run(_ task: Int, _ places: OperandPlaces) {
    packed.run(part: task, of: count, on: input, places)
  }
}

/// Where the operands of a call lie. Every pointer is that of row 0 of a whole feature map, also where only
/// some rows exist in memory.
package struct OperandPlaces {
  /// The first feature map, or the image.
  package var input: StridedMap

  /// The first row of the second feature map, whose pitch is the output's, or one factor per channel; nil
  /// where neither is read.
  package var second: UnsafeRawPointer?

  /// The output's first row.
  package var output: UnsafeMutableRawPointer

  /// Values from one pixel of the output to the next; of a planar output, from one channel to the next.
  package var outputPitch: Int

  /// Memory that no other call uses meanwhile; see `PackedOperation.scratchBytes(on:)`.
  package var scratch: UnsafeMutableRawPointer?

  /// The places; see the properties.
  package init(
    input: StridedMap, second: UnsafeRawPointer? = nil, output: UnsafeMutableRawPointer,
    outputPitch: Int, scratch: UnsafeMutableRawPointer? = nil
  ) {
    self.input = input
    self.second = second
    self.output = output
    self.outputPitch = outputPitch
    self.scratch = scratch
  }
}

/// Single-precision values of an image or feature map, with strides that are counted in values.
package struct StridedMap {
  /// The first channel of the first pixel.
  package let values: UnsafeRawPointer
  /// Values from one channel of a pixel to the next.
  package let channelStride: Int
  /// Values from one row to the next.
  package let rowStride: Int
  /// Values from one pixel of a row to the next.
  package let pixelStride: Int

  /// `[channel][row][pixel]`, as NCHW tensors are.
  package static func planar(_ values: UnsafeRawPointer, height: Int, width: Int) -> Self {
    StridedMap(
      values: values, channelStride: height * width, rowStride: width, pixelStride: 1)
  }

  /// `[row][pixel][channel]`, as NHWC tensors are.
  package static func interleaved(
    _ values: UnsafeRawPointer, width: Int, channels: Int
  ) -> Self {
    StridedMap(
      values: values, channelStride: 1, rowStride: channels * width, pixelStride: channels)
  }

  /// `[row][pixel][pitch]`, in the layout of `ActivationLayout`.
  package static func channelsLast(_ values: UnsafeRawPointer, _ shape: FeatureShape) -> Self {
    let pitch = ActivationLayout.pitch(shape.channels)
    return StridedMap(
      values: values, channelStride: 1, rowStride: shape.width * pitch, pixelStride: pitch)
  }
}

extension UnsafeRawPointer {
  /// The place `count` values of single precision further on.
  package func advanced(floats count: Int) -> UnsafeRawPointer {
    self + count * MemoryLayout<Float>.stride
  }
}

extension UnsafeMutableRawPointer {
  /// The place `count` values of single precision further on.
  package func advanced(floats count: Int) -> UnsafeMutableRawPointer {
    self + count * MemoryLayout<Float>.stride
  }
}

/// The `part`-th of `parts` nearly equal ranges of `0..<count`, in multiples of `step` but for the last.
package func share(_ part: Int, of parts: Int, count: Int, step: Int = 1) -> Range<Int> {
  let steps = (count + step - 1) / step
  return min(count, steps * part / parts * step)..<min(count, steps * (part + 1) / parts * step)
}

/// Cuts `count` items into `parts` ranges of about equal length, empty ones left out.
package func evenRanges(_ count: Int, parts: Int) -> [Range<Int>] {
  (0..<parts).map { share($0, of: parts, count: count) }.filter { !$0.isEmpty }
}
