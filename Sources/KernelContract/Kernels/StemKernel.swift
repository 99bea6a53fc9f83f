/// A dense 3×3 convolution with stride 2 from three channels, which reads the caller's picture as it
/// lies: planar (NCHW) or interleaved (NHWC).
///
/// The packed operands, with `width` = `tileVectors` · lanes:
///
/// - weights: `[panel][27 taps in (ky, kx, channel) order][width]`
/// - bias: `[panel][width]`
///
/// Taps outside the picture are left out. The output overlaps no operand.
package struct StemKernel: Kernel {
  /// - Parameters:
  ///   - firstRow: the first output row to compute.
  ///   - endRow: the output row to stop before.
  ///   - height: rows of the picture.
  ///   - width: pixels in a row of the picture.
  ///   - panels: groups of `tileVectors` · lanes output channels.
  ///   - channelStride: values from one channel of a pixel to the next.
  ///   - rowStride: values from one row of the picture to the next.
  ///   - pixelStride: values from one pixel of a row to the next.
  ///   - output: row 0 of the output map, whatever `firstRow` is.
  package typealias Function =
    @Sendable (
      _ firstRow: Int, _ endRow: Int, _ height: Int, _ width: Int, _ panels: Int,
      _ input: UnsafePointer<Float>, _ channelStride: Int, _ rowStride: Int, _ pixelStride: Int,
      _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
      _ output: UnsafeMutablePointer<Float>, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  /// Output pixels of the register tile along a row.
  package let tileWidth: Int
  /// Vectors of output channels of the register tile.
  package let tileVectors: Int
  package let epilogue: Epilogue
  package let registers: Int
  /// Loads for every multiply-add of two vectors in the innermost loop.
  package let loadsPerMultiplyAdd: Double
  package let function: Function

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

  /// 3×3, stride 2.
  package var geometry: ConvolutionGeometry { ConvolutionGeometry(kernel: 3, stride: 2) }

  /// Output channels of one panel.
  package var panelWidth: Int { tileVectors * instructionSet.lanes }
}
