/// The positions of an array's elements, counted in elements from the first.
struct TensorLayout: Sendable {
  /// The largest number of dimensions; NumPy has the same limit.
  static let rankLimit = 64

  /// Sizes, outermost dimension first.
  let shape: [Int]
  /// Distance between neighbours along each dimension, in elements; zero for dimensions below size 2.
  let strides: [Int]
  /// The product of `shape`.
  let elementCount: Int
  /// Positions from the first element to the last, both included; zero for an empty array.
  let extent: Int

  /// A contiguous row-major layout; `nil` if a size is negative, there are too many dimensions, or the
  /// product of the sizes overflows `Int`.
  init?(shape: [Int]) {
    var strides = [Int](repeating: 0, count: shape.count)
    var product = 1
    for axis in shape.indices.reversed() {
      strides[axis] = product
      // A size of zero must not hide an overflow of the other sizes.
      let (next, overflow) = product.multipliedReportingOverflow(by: max(shape[axis], 1))
      guard !overflow else { return nil }
      product = next
    }
    self.init(shape: shape, strides: strides)
  }

  /// A layout with `strides`; `nil` if `shape` and `strides` differ in length, one of their elements is
  /// negative, there are too many dimensions, or a position overflows `Int`.
  init?(shape: [Int], strides: [Int]) {
    guard shape.count == strides.count, shape.count <= Self.rankLimit else { return nil }
    var product = 1
    var last = 0
    for (size, stride) in zip(shape, strides) {
      guard size >= 0, stride >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
      let (reach, farOverflow) = stride.multipliedReportingOverflow(by: max(size, 1) - 1)
      let (sum, sumOverflow) = last.addingReportingOverflow(reach)
      guard !overflow, !farOverflow, !sumOverflow, sum < .max else { return nil }
      product = next
      last = sum
    }
    let isEmpty = shape.contains(0)
    self.shape = shape
    self.strides = zip(shape, strides).map { size, stride in size > 1 ? stride : 0 }
    elementCount = isEmpty ? 0 : product
    extent = isEmpty ? 0 : last + 1
  }

  /// The index along each dimension of the element that is number `element` in row-major order.
  func coordinates(ofElement element: Int) -> [Int] {
    var coordinates = [Int](repeating: 0, count: shape.count)
    var rest = element
    for axis in shape.indices.reversed() {
      (rest, coordinates[axis]) = rest.quotientAndRemainder(dividingBy: shape[axis])
    }
    return coordinates
  }

  /// Whether the elements are contiguous in row-major order.
  var isContiguous: Bool {
    if elementCount == 0 { return true }
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size > 1 {
      guard stride == expected else { return false }
      expected *= size
    }
    return true
  }
}
