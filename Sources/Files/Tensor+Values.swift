import Foundation

extension Tensor {
  /// Elements in row-major order, converted to `Scalar`: exactly if `Scalar` can represent the value,
  /// rounded once otherwise.
  ///
  /// - Parameter elements: which elements, within `0..<elementCount`; `nil` for all.
  package func values<Scalar: BinaryFloatingPoint>(
    as: Scalar.Type, elements: Range<Int>? = nil
  ) -> [Scalar] {
    var values: [Scalar] = []
    read(elements ?? 0..<elementCount, into: &values)
    return values
  }

  /// Replaces `values` by elements in row-major order, converted as by `values(as:elements:)`.
  /// Allocates only where the capacity of `values` is too small.
  ///
  /// - Parameter elements: which elements, within `0..<elementCount`.
  /// - Returns: whether all values are finite when rounded to single precision.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  @discardableResult
  package func read<Scalar: BinaryFloatingPoint>(
    _ elements: Range<Int>, into values: inout [Scalar]
  ) -> Bool {
    precondition(elements.lowerBound >= 0 && elements.upperBound <= elementCount)
    values.resize(to: elements.count)
    var target = values.mutableSpan
    return switch elementType {
    case .float16: decode(elements, &target) { (bits: UInt16) in Scalar(Float(binary16: bits)) }
    case .bfloat16: decode(elements, &target) { (bits: UInt16) in Scalar(Float(bfloat16: bits)) }
    case .float32: decode(elements, &target) { (bits: UInt32) in Scalar(Float(bitPattern: bits)) }
    case .float64: decode(elements, &target) { (bits: UInt64) in Scalar(Double(bitPattern: bits)) }
    case .int8: decode(elements, &target) { (integer: Int8) in Scalar(integer) }
    case .int16: decode(elements, &target) { (integer: Int16) in Scalar(integer) }
    case .int32: decode(elements, &target) { (integer: Int32) in Scalar(integer) }
    case .int64: decode(elements, &target) { (integer: Int64) in Scalar(integer) }
    case .uint8: decode(elements, &target) { (integer: UInt8) in Scalar(integer) }
    case .uint16: decode(elements, &target) { (integer: UInt16) in Scalar(integer) }
    case .uint32: decode(elements, &target) { (integer: UInt32) in Scalar(integer) }
    case .uint64: decode(elements, &target) { (integer: UInt64) in Scalar(integer) }
    case .bool: decode(elements, &target) { (byte: UInt8) in byte == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private func decode<Bits: FixedWidthInteger & BitwiseCopyable, Scalar: BinaryFloatingPoint>(
    _ elements: Range<Int>, _ target: inout MutableSpan<Scalar>, _ convert: (Bits) -> Scalar
  ) -> Bool {
    layout.isContiguous
      ? decodeInOrder(elements, &target, convert) : gather(elements, &target, convert)
  }

  @inline(__always)
  private func decodeInOrder<
    Bits: FixedWidthInteger & BitwiseCopyable, Scalar: BinaryFloatingPoint
  >(
    _ elements: Range<Int>, _ target: inout MutableSpan<Scalar>, _ convert: (Bits) -> Scalar
  ) -> Bool {
    let size = MemoryLayout<Bits>.size
    let source = bytes.bytes.extracting(elements.lowerBound * size..<elements.upperBound * size)
    precondition(target.count == elements.count)
    var check = SinglePrecisionCheck()
    for index in target.indices {
      let bits = source.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index &* size, as: Bits.self)
      let value = convert(Bits(littleEndian: bits))
      target[unchecked: index] = value
      check.add(value)
    }
    return check.isPassed
  }

  @inline(__always)
  private func gather<Bits: FixedWidthInteger & BitwiseCopyable, Scalar: BinaryFloatingPoint>(
    _ elements: Range<Int>, _ target: inout MutableSpan<Scalar>, _ convert: (Bits) -> Scalar
  ) -> Bool {
    let source = bytes.bytes
    let shape = layout.shape
    let strides = layout.strides
    var coordinates = layout.coordinates(ofElement: elements.lowerBound)
    var position = zip(coordinates, strides).reduce(0) { $0 + $1.0 * $1.1 }
    var check = SinglePrecisionCheck()
    for index in target.indices {
      let offset = position * MemoryLayout<Bits>.size
      let bits = source.unsafeLoadUnaligned(fromByteOffset: offset, as: Bits.self)
      let value = convert(Bits(littleEndian: bits))
      target[index] = value
      check.add(value)
      for axis in shape.indices.reversed() {
        coordinates[axis] += 1
        position += strides[axis]
        if coordinates[axis] < shape[axis] { break }
        position -= strides[axis] * shape[axis]
        coordinates[axis] = 0
      }
    }
    return check.isPassed
  }
}
