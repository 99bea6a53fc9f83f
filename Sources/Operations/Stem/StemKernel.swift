/// A dense 3×3 convolution with stride 2 from three channels, which reads the image in the
/// caller's layout: planar (NCHW) or interleaved (NHWC).
///
/// The packed operands, with `width` = `tileVectors` · lanes:
///
/// - weights: `[panel][27 taps in (ky, kx, channel) order][width]`
/// - bias: `[panel][width]`
///
/// Taps outside the image are left out. The output overlaps no operand.
package struct StemKernel: Kernel {
  /// All memory is the caller's and is not kept after the call; pointers need the alignment of
  /// `Float` only.
  ///
  /// - Parameters:
  ///   - firstRow: the first output row to compute.
  ///   - endRow: the output row to stop before.
  ///   - height: rows of the image.
  ///   - width: pixels in a row of the image.
  ///   - panels: groups of `tileVectors` · lanes output channels, all of which are written.
  ///   - input: the first channel of the first pixel, single precision.
  ///   - channelStride: values from one channel of a pixel to the next.
  ///   - rowStride: values from one row of the image to the next.
  ///   - pixelStride: values from one pixel of a row to the next.
  ///   - weights: packed, single precision; those of the first panel.
  ///   - bias: packed, single precision; that of the first panel.
  ///   - output: row 0 of the output, `[pixel][outputPitch]`, whatever `firstRow` is; single precision.
  ///   - outputPitch: values from one pixel of the output to the next.
  package typealias Function =
    @Sendable (
      _ firstRow: Int, _ endRow: Int, _ height: Int, _ width: Int, _ panels: Int,
      _ input: UnsafeRawPointer, _ channelStride: Int, _ rowStride: Int, _ pixelStride: Int,
      _ weights: UnsafeRawPointer, _ bias: UnsafeRawPointer,
      _ output: UnsafeMutableRawPointer, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  /// Output pixels of the register tile along a row.
  package let tileWidth: Int
  /// Vectors of output channels of the register tile.
  package let tileVectors: Int
  package let epilogue: Epilogue
  package let registers: Int
  /// Loads per multiply-add of two vectors in the innermost loop.
  package let loadsPerMultiplyAdd: Double
  /// The generated function.
  package let function: Function

  /// A descriptor; see its properties.
  package init(
    name: String, instructionSet: InstructionSet, tileWidth: Int, tileVectors: Int,
    epilogue: Epilogue, registers: Int, loadsPerMultiplyAdd: Double, function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.tileWidth = tileWidth
    self.tileVectors = tileVectors
    self.epilogue = epilogue
    self.registers = registers
    self.loadsPerMultiplyAdd = loadsPerMultiplyAdd
    self.function = function
  }

  package var operands: KernelOperands {
    KernelOperands(
      input: OperandDescription(.f32, .strided),
      weights: OperandDescription(precision.weights, .panels(width: panelWidth, group: 1)),
      bias: OperandDescription(.f32, .channels))
  }

  /// Channels of the image that the kernels read.
  package static let inputChannels = 3

  /// 3×3, stride 2.
  package var geometry: ConvolutionGeometry { ConvolutionGeometry(kernel: 3, stride: 2) }

  /// Output channels of one panel.
  package var panelWidth: Int { tileVectors * instructionSet.lanes }
}
