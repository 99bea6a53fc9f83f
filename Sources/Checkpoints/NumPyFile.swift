/// An array from an NPY file, row-major.
package struct NumPyArray<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// Sizes, outermost dimension first; empty for a single number.
  package let shape: [Int]
  package let values: [Scalar]
}

/// Reads and writes NumPy's `.npy` files.
package enum NumPyFile {
  /// Reads an array whose element type is one of `accepting`, converted to `Scalar`.
  package static func read<Scalar>(
    _ path: String,
    as: Scalar.Type,
    accepting: Set<ElementType>
  ) throws(CheckpointError) -> NumPyArray<Scalar> {
    throw CheckpointError(.unsupported, file: path, found: "a file", expected: "a finished reader")
  }

  /// Writes row-major `values` of `shape` as `<f4`, format 1.0: whole or not at all.
  package static func write(
    _ values: Span<Float>,
    shape: [Int],
    to path: String
  ) throws(CheckpointError) {
  }
}
