/// What the products of an operation are computed in.
///
/// A precision says which numbers are multiplied and how they are summed; an `InstructionSet` says what the
/// machine can do. Every kernel of a precision gives the same bits, whatever its instruction set.
package enum Precision: String, Sendable, Hashable, CaseIterable {
  /// Products and sums in single precision, one rounding per multiply-add.
  case f32
  /// Factors rounded to `bf16`, sums in single precision.
  case bf16
  /// Factors rounded to bytes, sums in 32-bit integers.
  case s8

  /// What packed weights are stored in.
  package var weights: ElementType {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    case .s8: .s8
    }
  }

  /// Input channels whose products one instruction adds up in each lane. Packed weights hold that many values
  /// of one output channel side by side.
  package var channelsPerLane: Int {
    switch self {
    case .f32: 1
    case .bf16: 2
    case .s8: 4
    }
  }
}
