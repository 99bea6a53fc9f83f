import Foundation

extension Tensor {
  /// The elements in row-major order, converted: exactly where `Scalar` can hold them, otherwise
  /// rounded once. Never fails, since everything was checked when the tensor was made.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func values<Scalar: BinaryFloatingPoint>(as: Scalar.Type) -> [Scalar] {
    switch elementType {
    case .float16: decoded { (bits: UInt16) in Scalar(Float(binary16: bits)) }
    case .bfloat16: decoded { (bits: UInt16) in Scalar(Float(bfloat16: bits)) }
    case .float32: decoded { (bits: UInt32) in Scalar(Float(bitPattern: bits)) }
    case .float64: decoded { (bits: UInt64) in Scalar(Double(bitPattern: bits)) }
    case .int8: decoded { (integer: Int8) in Scalar(integer) }
    case .int16: decoded { (integer: Int16) in Scalar(integer) }
    case .int32: decoded { (integer: Int32) in Scalar(integer) }
    case .int64: decoded { (integer: Int64) in Scalar(integer) }
    case .uint8: decoded { (integer: UInt8) in Scalar(integer) }
    case .uint16: decoded { (integer: UInt16) in Scalar(integer) }
    case .uint32: decoded { (integer: UInt32) in Scalar(integer) }
    case .uint64: decoded { (integer: UInt64) in Scalar(integer) }
    case .bool: decoded { (byte: UInt8) in byte == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private func decoded<Bits: FixedWidthInteger & BitwiseCopyable, Scalar>(
    _ convert: (Bits) -> Scalar
  ) -> [Scalar] {
    layout.isContiguous ? decodedInOrder(convert) : gathered(convert)
  }

  @inline(__always)
  private func decodedInOrder<Bits: FixedWidthInteger & BitwiseCopyable, Scalar>(
    _ convert: (Bits) -> Scalar
  ) -> [Scalar] {
    let count = elementCount
    let size = MemoryLayout<Bits>.size
    let source = bytes.bytes.extracting(0..<count * size)
    return [Scalar](capacity: count) { output in
      for index in 0..<count {
        let bits = source.unsafeLoadUnaligned(fromByteOffset: index * size, as: Bits.self)
        output.append(convert(Bits(littleEndian: bits)))
      }
    }
  }

  @inline(__always)
  private func gathered<Bits: FixedWidthInteger & BitwiseCopyable, Scalar>(
    _ convert: (Bits) -> Scalar
  ) -> [Scalar] {
    let source = bytes.bytes
    let shape = layout.shape
    let strides = layout.strides
    return [Scalar](capacity: elementCount) { output in
      var coordinates = [Int](repeating: 0, count: shape.count)
      var position = 0
      for _ in 0..<elementCount {
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
