/// A depthwise convolution with one or two outputs per input channel.
///
/// The packed operands, where `vector` counts vectors of input channels:
///
/// - multiplier 1: weights `[vector][tap][lane]`, bias `[vector][lane]`
/// - multiplier 2: weights `[vector][plane][tap][lane]`, bias `[vector][plane][lane]`; plane 0 makes
///   the even output channels, plane 1 the odd ones, and the store interleaves them, so that outputs
///   lie in their natural order
///
/// Taps are in (ky, kx) order; those outside the image are left out. The input is `[pixel][inputPitch]`, the
/// whole feature map; the output overlaps no operand. Any number of rows and columns will do: rows that the
/// tile leaves over are computed one by one, and a feature map that the tile does not fit (`fits`) takes two
/// to three times as long per pixel.
package struct DepthwiseKernel: Kernel {
  /// All memory is the caller's and is not kept after the call; pointers need the alignment of
  /// `Float` only.
  ///
  /// - Parameters:
  ///   - firstRow: the first output row to compute.
  ///   - endRow: the output row to stop before.
  ///   - height: rows of the input.
  ///   - width: pixels in a row of the input.
  ///   - vectors: vectors of output channels. With multiplier 1 they are as many as those of input
  ///     channels. With multiplier 2 every vector of input channels makes two; where `vectors` is odd, the
  ///     second one that the last input vector makes is not written.
  ///   - input: row 0, single precision; of each pixel all lanes of the vectors are read.
  ///   - inputPitch: values from one pixel of the input to the next.
  ///   - weights: packed, single precision; those of the first vector.
  ///   - bias: packed, single precision; that of the first vector.
  ///   - output: row 0 of the output, `[pixel][outputPitch]`, whatever `firstRow` is; single precision.
  ///   - outputPitch: values from one pixel of the output to the next.
  package typealias Function =
    @Sendable (
      _ firstRow: Int, _ endRow: Int, _ height: Int, _ width: Int, _ vectors: Int,
      _ input: UnsafeRawPointer, _ inputPitch: Int,
      _ weights: UnsafeRawPointer, _ bias: UnsafeRawPointer,
      _ output: UnsafeMutableRawPointer, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  /// The window and its stride.
  package let geometry: ConvolutionGeometry
  /// Outputs per input channel: 1 or 2.
  package let multiplier: Int
  /// Output pixels of the register tile along a row.
  package let tileWidth: Int
  /// Output rows of the register tile.
  package let tileHeight: Int
  /// Vectors of input channels that are computed one after another before the tile moves along the row.
  package let tileVectors: Int
  package let epilogue: Epilogue
  package let registers: Int
  /// Loads per multiply-add of two vectors in the innermost loop.
  package let loadsPerMultiplyAdd: Double
  /// The generated function.
  package let function: Function

  /// A descriptor; see its properties.
  package init(
    name: String, instructionSet: InstructionSet, kernel: Int, stride: Int, multiplier: Int,
    tileWidth: Int, tileHeight: Int, tileVectors: Int, epilogue: Epilogue,
    registers: Int, loadsPerMultiplyAdd: Double, function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.geometry = ConvolutionGeometry(kernel: kernel, stride: stride)
    self.multiplier = multiplier
    self.tileWidth = tileWidth
    self.tileHeight = tileHeight
    self.tileVectors = tileVectors
    self.epilogue = epilogue
    self.registers = registers
    self.loadsPerMultiplyAdd = loadsPerMultiplyAdd
    self.function = function
  }

  package var operands: KernelOperands {
    KernelOperands(
      weights: OperandDescription(precision.weights, .taps),
      bias: OperandDescription(.f32, .channels))
  }

  /// Whether tiles cover a row of `columns` output pixels: either one tile alone, or a first and a last
  /// tile, each at one edge of the image, and between them tiles whose windows reach no edge.
  package func fits(columns: Int) -> Bool {
    let reach = (geometry.padding + geometry.stride - 1) / geometry.stride
    let several = tileWidth >= 2 * reach - 1 || columns <= 2 * tileWidth
    return columns == tileWidth || columns >= tileWidth + reach && several
  }
}
