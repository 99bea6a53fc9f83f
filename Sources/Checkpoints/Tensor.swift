import Foundation

/// A named array in a checkpoint: a view into the mapped file, row-major after its strides.
package struct Tensor: Sendable {
  package let name: String
  package let elementType: ElementType
  let layout: TensorLayout
  /// From the first element to the last, both included.
  let bytes: Data

  /// Sizes, outermost dimension first; empty for a single number.
  package var shape: [Int] { layout.shape }

  /// Number of elements: the product of `shape`.
  package var elementCount: Int { layout.elementCount }

  /// The little-endian elements without a copy, or `nil` where they do not lie row-major in the
  /// file. Indices of a slice need not start at zero.
  package var contiguousBytes: Data? { layout.isContiguous ? bytes : nil }

  /// A view of `storage`, counted from its element `offset`, or `nil` where `layout` does not fit
  /// or names one element more often than the storage has elements.
  init?(
    name: String,
    elementType: ElementType,
    layout: TensorLayout,
    offset: Int = 0,
    in storage: Data
  ) {
    let capacity = storage.count / elementType.byteCount
    guard offset >= 0, layout.extent <= capacity - offset, layout.elementCount <= capacity
    else { return nil }
    let start = storage.startIndex + offset * elementType.byteCount
    self.name = name
    self.elementType = elementType
    self.layout = layout
    bytes = storage[start..<start + layout.extent * elementType.byteCount]
  }
}
