import Foundation

extension Tensor {
  /// Elements in row-major order, converted: exactly where `Scalar` can hold them, otherwise rounded
  /// once. Never fails, since everything was checked when the tensor was made.
  ///
  /// - Parameter elements: those wanted, among `0..<elementCount`; nil for all.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func values<Scalar: BinaryFloatingPoint>(
    as: Scalar.Type, elements: Range<Int>? = nil
  ) -> [Scalar] {
    let range = elements ?? 0..<elementCount
    precondition(range.lowerBound >= 0 && range.upperBound <= elementCount)
    return switch elementType {
    case .float16: decoded(range) { (bits: UInt16) in Scalar(Float(binary16: bits)) }
    case .bfloat16: decoded(range) { (bits: UInt16) in Scalar(Float(bfloat16: bits)) }
    case .float32: decoded(range) { (bits: UInt32) in Scalar(Float(bitPattern: bits)) }
    case .float64: decoded(range) { (bits: UInt64) in Scalar(Double(bitPattern: bits)) }
    case .int8: decoded(range) { (integer: Int8) in Scalar(integer) }
    case .int16: decoded(range) { (integer: Int16) in Scalar(integer) }
    case .int32: decoded(range) { (integer: Int32) in Scalar(integer) }
    case .int64: decoded(range) { (integer: Int64) in Scalar(integer) }
    case .uint8: decoded(range) { (integer: UInt8) in Scalar(integer) }
    case .uint16: decoded(range) { (integer: UInt16) in Scalar(integer) }
    case .uint32: decoded(range) { (integer: UInt32) in Scalar(integer) }
    case .uint64: decoded(range) { (integer: UInt64) in Scalar(integer) }
    case .bool: decoded(range) { (byte: UInt8) in byte == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private func decoded<Bits: FixedWidthInteger & BitwiseCopyable, Scalar: BinaryFloatingPoint>(
    _ elements: Range<Int>, _ convert: (Bits) -> Scalar
  ) -> [Scalar] {
    layout.isContiguous ? decodedInOrder(elements, convert) : gathered(elements, convert)
  }

  @inline(__always)
  private func decodedInOrder<
    Bits: FixedWidthInteger & BitwiseCopyable, Scalar: BinaryFloatingPoint
  >(
    _ elements: Range<Int>, _ convert: (Bits) -> Scalar
  ) -> [Scalar] {
    let size = MemoryLayout<Bits>.size
    let source = bytes.bytes.extracting(elements.lowerBound * size..<elements.upperBound * size)
    // Zeros that are overwritten: appending one by one cannot be vectorised.
    var values = [Scalar](repeating: 0, count: elements.count)
    var target = values.mutableSpan
    for index in target.indices {
      let bits = source.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index &* size, as: Bits.self)
      target[unchecked: index] = convert(Bits(littleEndian: bits))
    }
    return values
  }

  @inline(__always)
  private func gathered<Bits: FixedWidthInteger & BitwiseCopyable, Scalar>(
    _ elements: Range<Int>, _ convert: (Bits) -> Scalar
  ) -> [Scalar] {
    let source = bytes.bytes
    let shape = layout.shape
    let strides = layout.strides
    var coordinates = layout.coordinates(ofElement: elements.lowerBound)
    var position = zip(coordinates, strides).reduce(0) { $0 + $1.0 * $1.1 }
    return [Scalar](capacity: elements.count) { output in
      for _ in elements {
        let offset = position * MemoryLayout<Bits>.size
        let bits = source.unsafeLoadUnaligned(fromByteOffset: offset, as: Bits.self)
        output.append(convert(Bits(littleEndian: bits)))
        for axis in shape.indices.reversed() {
          coordinates[axis] += 1
          position += strides[axis]
          if coordinates[axis] < shape[axis] { break }
          position -= strides[axis] * shape[axis]
          coordinates[axis] = 0
        }
      }
    }
  }
}
