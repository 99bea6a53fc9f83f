import Foundation

/// A named array in a checkpoint: a view into the mapped file.
package struct Tensor: Sendable {
  /// The name in the file.
  package let name: String
  /// The type of the elements in the file.
  package let elementType: StoredType
  let layout: TensorLayout
  /// The bytes from the first element to the last, both included.
  let bytes: Data

  /// Sizes, outermost dimension first; empty for a single number.
  package var shape: [Int] { layout.shape }

  /// Number of elements: the product of `shape`.
  package var elementCount: Int { layout.elementCount }

  /// The little-endian elements without a copy; `nil` if they are not contiguous in row-major order.
  /// The indices of the slice need not start at zero.
  package var contiguousBytes: Data? { layout.isContiguous ? bytes : nil }

  /// A view of `storage` from its element `offset` on; `nil` if `layout` reaches beyond the storage or
  /// has more elements than the storage.
  init?(
    name: String,
    elementType: StoredType,
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
