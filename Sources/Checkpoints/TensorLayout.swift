/// Where the elements of an array lie, counted in elements from its first one.
struct TensorLayout: Sendable {
  /// The most dimensions an array may have, which is NumPy's limit.
  static let rankLimit = 64

  let shape: [Int]
  /// Steps between neighbours along each dimension; zero where there are no neighbours.
  let strides: [Int]
  /// The product of `shape`.
  let elementCount: Int
  /// Elements from the first to the last, both included; zero for an empty array.
  let extent: Int

  /// Elements side by side in row-major order, or `nil` where the shape is negative, has too many
  /// dimensions, or a product that no `Int` holds.
  init?(shape: [Int]) {
    var strides = [Int](repeating: 0, count: shape.count)
    var product = 1
    for axis in shape.indices.reversed() {
      strides[axis] = product
      // An empty dimension must not hide the overflow of the others.
      let (next, overflow) = product.multipliedReportingOverflow(by: max(shape[axis], 1))
      guard !overflow else { return nil }
      product = next
    }
    self.init(shape: shape, strides: strides)
  }

  /// Elements `strides` apart, or `nil` where the shape is not one, a step is negative, or the last
  /// element is out of the reach of an `Int`.
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

  /// The index along each dimension of an element, counted in row-major order.
  func coordinates(ofElement element: Int) -> [Int] {
    var coordinates = [Int](repeating: 0, count: shape.count)
    var rest = element
    for axis in shape.indices.reversed() {
      (rest, coordinates[axis]) = rest.quotientAndRemainder(dividingBy: shape[axis])
    }
    return coordinates
  }

  /// Whether the elements lie side by side in row-major order.
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
