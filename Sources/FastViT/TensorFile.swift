import Checkpoints

/// Tensors in NumPy's file format, as the command line reads and writes them.
package enum TensorFile {
  /// A batch of normalised pictures, planar `[count][3][height][width]`.
  package struct Pictures: Sendable {
    package let count: Int
    package let height: Int
    package let width: Int
    package let values: [Float]
  }

  /// Reads `<f4` pictures of shape `[N, 3, H, W]`.
  ///
  /// - Throws: `missingInput`; `badData` for another type, order or shape, or values that the file
  ///   does not hold.
  package static func pictures(contentsOf path: String) throws(FastViTError) -> Pictures {
    let array: NumPyArray<Float>
    do {
      array = try NumPyFile.read(path, as: Float.self, accepting: [.float32])
    } catch {
      throw FastViTError(error)
    }
    let shape = array.shape
    guard shape.count == 4, shape[1] == 3, !shape.contains(0) else {
      throw FastViTError(.badData, "\(path): found shape \(shape), expected [N, 3, H, W]")
    }
    return Pictures(count: shape[0], height: shape[2], width: shape[3], values: array.values)
  }

  /// Writes `values` of `shape` as `<f4`; the file appears whole or not at all.
  ///
  /// - Throws: `cannotCreate` or `cannotWrite`.
  package static func write(
    _ values: [Float], shape: [Int], to path: String
  ) throws(FastViTError) {
    do {
      try NumPyFile.write(values.span, shape: shape, to: path)
    } catch {
      throw FastViTError(error)
    }
  }
}
