import Foundation

/// A named array in a checkpoint: a view into the mapped file, row-major after its strides.
package struct Tensor: Sendable {
  package let name: String
  package let elementType: ElementType
  /// Sizes, outermost dimension first; empty for a single number.
  package let shape: [Int]

  /// Number of elements: the product of `shape`.
  package var elementCount: Int { 0 }

  /// The elements in row-major order, converted: exactly where `Scalar` can hold them, otherwise
  /// rounded once. Never fails, since everything was checked when the tensor was made.
  package func values<Scalar: BinaryFloatingPoint>(as: Scalar.Type) -> [Scalar] { [] }

  /// The little-endian elements without a copy, or `nil` where they do not lie row-major in the
  /// file. Indices of a slice need not start at zero.
  package var contiguousBytes: Data? { nil }
}
