import FastViTImages

extension Model {
  /// An image file as the network's input: resized, cropped at the centre and normalised.
  ///
  /// - Parameters:
  ///   - path: a PPM (P6) or PAM file.
  ///   - height: rows of the result, at least one, at least `Variant.smallestInputSize` for
  ///     `Session.run`; nil for the recipe's.
  ///   - width: columns of the result, likewise.
  ///   - preprocessing: the recipe; nil for the one of the checkpoint's publisher, which for synthetic
  ///     weights is timm.
  /// - Returns: planar `[3][height][width]`; the bits that Pillow and torchvision give.
  /// - Throws: `missingInput`, or `badData` where the file is broken or of another format, or a size is
  ///   none.
  public func input(
    fromImageAt path: String, height: Int? = nil, width: Int? = nil,
    preprocessing: Preprocessing? = nil
  ) throws(FastViTError) -> [Float] {
    let transform = try transform(height, width, preprocessing)
    do {
      return transform.tensor(from: try Image(contentsOf: path))
    } catch {
      throw FastViTError(error)
    }
  }

  /// The bytes of an image file as the network's input, as
  /// `input(fromImageAt:height:width:preprocessing:)`.
  ///
  /// - Parameters:
  ///   - bytes: a PPM (P6) or PAM file.
  ///   - name: what errors call it.
  ///   - height: rows of the result, at least one, at least `Variant.smallestInputSize` for
  ///     `Session.run`; nil for the recipe's.
  ///   - width: columns of the result, likewise.
  ///   - preprocessing: the recipe; nil for the one of the checkpoint's publisher, which for synthetic
  ///     weights is timm.
  /// - Returns: planar `[3][height][width]`; the bits that Pillow and torchvision give.
  /// - Throws: `badData` where the bytes are broken or of another format, or a size is none.
  public func input(
    fromImage bytes: [UInt8], named name: String, height: Int? = nil, width: Int? = nil,
    preprocessing: Preprocessing? = nil
  ) throws(FastViTError) -> [Float] {
    let transform = try transform(height, width, preprocessing)
    do {
      return transform.tensor(from: try Image(bytes: bytes, named: name))
    } catch {
      throw FastViTError(error)
    }
  }

  private func transform(
    _ height: Int?, _ width: Int?, _ preprocessing: Preprocessing?
  ) throws(FastViTError) -> ImageTransform {
    try (preprocessing ?? Preprocessing(publisher))
      .transform(for: variant.architecture, height: height, width: width)
  }
}
