import Foundation

/// An array of an NPY file, row-major.
package struct NumPyArray<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// Sizes, outermost dimension first; empty for a single number.
  package let shape: [Int]
  /// The elements in row-major order.
  package let values: [Scalar]

  /// An array of `shape`; the product of the shape must equal the number of `values`.
  package init(shape: [Int], values: [Scalar]) {
    precondition(shape.reduce(1, *) == values.count, "values must fill their shape")
    self.shape = shape
    self.values = values
  }
}

/// Reads and writes NumPy's `.npy` files.
package enum NumPyFile {
  private static let typeNames: [StoredType: String] = [
    .float16: "<f2", .float32: "<f4", .float64: "<f8",
  ]

  /// Reads an array whose element type is one of `accepting` and converts its elements to `Scalar`.
  ///
  /// The file must have format 1.0 to 3.0, little-endian floating-point elements in C order, no
  /// dimension of size zero, and exactly the bytes that its shape needs.
  ///
  /// - Throws: `FileError` for any other file.
  package static func read<Scalar>(
    _ path: String,
    as: Scalar.Type,
    accepting: Set<StoredType>
  ) throws(FileError) -> NumPyArray<Scalar> {
    let tensor = try tensor(MappedFile.bytes(of: path), file: path, accepting: accepting)
    return NumPyArray(shape: tensor.shape, values: tensor.values(as: Scalar.self))
  }

  /// The array in the content `bytes` of a file, as a tensor without a name.
  static func tensor(
    _ bytes: Data,
    file: String,
    accepting: Set<StoredType>
  ) throws(FileError) -> Tensor {
    let header = try NumPyHeader(bytes, file: file)
    let accepted = typeNames.filter { accepting.contains($0.key) }
    guard let type = accepted.first(where: { $0.value == header.typeName })?.key else {
      throw FileError(
        .unsupported,
        file: file,
        found: "elements of type '\(header.typeName)'",
        expected: accepted.values.sorted().map { "'\($0)'" }.joined(separator: " or ")
      )
    }
    guard !header.isFortranOrder else {
      throw FileError(.unsupported, file: file, found: "Fortran order", expected: "C order")
    }
    guard !header.shape.contains(0) else {
      throw FileError(
        .unsupported,
        file: file,
        found: "shape \(header.shape)",
        expected: "sizes of at least 1"
      )
    }
    let size = bytes.count - header.dataOffset
    guard let layout = TensorLayout(shape: header.shape),
      size % type.byteCount == 0, layout.elementCount == size / type.byteCount,
      let data = bytes.slice(header.dataOffset..<bytes.count),
      let tensor = Tensor(name: "", elementType: type, layout: layout, in: data)
    else {
      throw FileError(
        .malformed,
        file: file,
        found: "\(size) bytes of data",
        expected: "shape \(header.shape) in elements of \(type.byteCount) bytes"
      )
    }
    return tensor
  }

  /// Writes each array as `<f4` in format 1.0 to its path. Files take their places only after all are
  /// written.
  ///
  /// - Throws: `FileError` if a file cannot be created or written, or two paths lead to the same file.
  package static func write(
    _ outputs: [(path: String, array: NumPyArray<Float>)]
  ) throws(FileError) {
    var files: [WholeFile] = []
    var targets: Set<String> = []
    for (path, array) in outputs {
      let file = try WholeFile(path)
      guard targets.insert(file.target).inserted else { throw OutputPlace.shared(path) }
      try file.write(header(shape: array.shape))
      try file.write(array.values.span.bytes)
      files.append(file)
    }
    for file in files { try file.commit() }
  }

  /// The bytes before the elements, padded so that the elements begin at a multiple of 64 bytes.
  private static func header(shape: [Int]) -> Data {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
    text += String(repeating: " ", count: 63 - (text.utf8.count + 10) % 64) + "\n"
    let length = text.utf8.count
    let start: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]
    return Data(start + [UInt8(length & 0xFF), UInt8(length >> 8)] + text.utf8)
  }
}
