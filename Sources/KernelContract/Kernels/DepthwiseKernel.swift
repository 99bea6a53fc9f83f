/// A depthwise convolution with one or two outputs for every input channel.
///
/// The packed operands, where `vector` counts vectors of input channels:
///
/// - multiplier 1: weights `[vector][tap][lane]`, bias `[vector][lane]`
/// - multiplier 2: weights `[vector][plane][tap][lane]`, bias `[vector][plane][lane]`; plane 0 makes
///   the even output channels, plane 1 the odd ones, and the store interleaves them, so that outputs
///   lie in their natural order
///
/// Taps are in (ky, kx) order; those outside the image are left out. Input is `[pixel][pitch]`, the
/// whole map; the output overlaps no operand. Any number of rows and columns will do: rows that are left
/// over by the tile go one by one, and maps that no tile fits (`fits`) take two to three times as long
/// a pixel.
package struct DepthwiseKernel: Kernel {
  /// - Parameters:
  ///   - firstRow: the first output row to compute.
  ///   - endRow: the output row to stop before.
  ///   - height: rows of the input map.
  ///   - width: pixels in a row of the input map.
  ///   - vectors: vectors of output channels, which are those of the input channels where the
  ///     multiplier is 1. With multiplier 2 every vector of inputs makes two; where their number is odd,
  ///     the second one of the last is not written.
  ///   - output: row 0 of the output map, whatever `firstRow` is.
  package typealias Function =
    @Sendable (
      _ firstRow: Int, _ endRow: Int, _ height: Int, _ width: Int, _ vectors: Int,
      _ input: UnsafePointer<Float>, _ inputPitch: Int,
      _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
      _ output: UnsafeMutablePointer<Float>, _ outputPitch: Int
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  package let geometry: ConvolutionGeometry
  /// Outputs for every input channel: 1 or 2.
  package let multiplier: Int
  /// Output pixels of the register tile along a row.
  package let tileWidth: Int
  /// Output rows of the register tile.
  package let tileHeight: Int
  /// Vectors of input channels whose tiles follow each other, before the next ones along the row.
  package let tileVectors: Int
  package let epilogue: Epilogue
  package let registers: Int
  /// Loads for every multiply-add of two vectors in the innermost loop.
  package let loadsPerMultiplyAdd: Double
  package let function: Function

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

  /// Whether tiles cover a row of `columns` output pixels: one alone, or a first and a last, each of
  /// which sees one edge of the image, and between them others that see none.
  package func fits(columns: Int) -> Bool {
    let reach = (geometry.padding + geometry.stride - 1) / geometry.stride
    let several = tileWidth >= 2 * reach - 1 || columns <= 2 * tileWidth
    return columns == tileWidth || columns >= tileWidth + reach && several
  }
}
