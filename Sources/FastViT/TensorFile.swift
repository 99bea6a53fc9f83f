import FastViTFiles

/// The NumPy files that the command line reads and writes.
package enum TensorFile {
  /// A batch of normalised images, planar `[count][channels][height][width]`.
  package struct Images: Sendable {
    /// The number of images.
    package let count: Int
    /// The rows of an image.
    package let height: Int
    /// The columns of an image.
    package let width: Int
    /// All values; the last index varies fastest.
    package let values: [Float]
  }

  /// Reads `<f4` images of shape `[N, C, H, W]` with as many channels as a variant takes and sides that
  /// are large enough for one.
  ///
  /// - Throws: `missingInput`; `badData` for another type, order or shape, or where the file is
  ///   shorter or longer than its shape says.
  package static func images(contentsOf path: String) throws(FastViTError) -> Images {
    let array: NumPyArray<Float>
    do {
      array = try NumPyFile.read(path, as: Float.self, accepting: [.float32])
    } catch {
      throw FastViTError(error)
    }
    let shape = array.shape
    let smallest = Session.smallestInputSize
    let channels = Set(Variant.allCases.map(\.inputChannels))
    guard shape.count == 4, channels.contains(shape[1]), min(shape[2], shape[3]) >= smallest else {
      let listed = channels.sorted().map(String.init).joined(separator: " or ")
      throw FastViTError(
        .badData,
        "\(path): found shape \(shape), expected [N, \(listed), H, W] with sides from \(smallest) up"
      )
    }
    return Images(count: shape[0], height: shape[2], width: shape[3], values: array.values)
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

  /// Writes `outputs` as `<f4`. Either all files appear, each complete, or none.
  ///
  /// - Throws: `cannotCreate` or `cannotWrite`.
  package static func write(_ outputs: [Output]) throws(FastViTError) {
    do {
      try NumPyFile.write(outputs.map { ($0.path, $0.array) })
    } catch {
      throw FastViTError(error)
    }
  }

  /// Checks before a long run that a file can be created at each of `paths`.
  ///
  /// - Throws: `cannotCreate`, also where two paths lead to the same file.
  package static func checkWritable(_ paths: [String]) throws(FastViTError) {
    do {
      try OutputPlace.check(paths)
    } catch {
      throw FastViTError(error)
    }
  }
}
