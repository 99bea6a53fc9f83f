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

  /// Reads `<f4` pictures of shape `[N, 3, H, W]` that are large enough for the network.
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
    let smallest = Session.smallestInputSize
    guard shape.count == 4, shape[1] == 3, min(shape[2], shape[3]) >= smallest else {
      throw FastViTError(
        .badData,
        "\(path): found shape \(shape), expected [N, 3, H, W] with sides from \(smallest) up")
    }
    return Pictures(count: shape[0], height: shape[2], width: shape[3], values: array.values)
  }

  /// A tensor to write.
  package struct Output: Sendable {
    let path: String
    let array: NumPyArray<Float>

    /// Row-major `values`, which must fill `shape`, for the file at `path`.
    package init(_ path: String, shape: [Int], _ values: [Float]) {
      self.path = path
      array = NumPyArray(shape: shape, values: values)
    }
  }

  /// Writes `outputs` as `<f4`; all files appear whole, or none at all.
  ///
  /// - Throws: `cannotCreate` or `cannotWrite`.
  package static func write(_ outputs: [Output]) throws(FastViTError) {
    do {
      try NumPyFile.write(outputs.map { ($0.path, $0.array) })
    } catch {
      throw FastViTError(error)
    }
  }

  /// Finds out before a long run whether files at `paths` can be made, each its own.
  ///
  /// - Throws: `cannotCreate`.
  package static func checkWritable(_ paths: [String]) throws(FastViTError) {
    do {
      try OutputPlace.check(paths)
    } catch {
      throw FastViTError(error)
    }
  }
}
