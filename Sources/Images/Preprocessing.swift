/// What was done to pictures before the network saw them when it was trained, as one value: resize,
/// centre crop, normalise.
///
/// The result has the bits of timm's and torchvision's evaluation transforms on an 8-bit RGB
/// picture: bytes from Pillow's resize, then `Float` arithmetic in their order.
package struct Preprocessing: Equatable, Sendable {
  /// Rows of the tensor.
  package let height: Int
  /// Columns of the tensor.
  package let width: Int
  /// Which part of the resized picture's shorter side the crop keeps, above 0 and at most 1.
  package let cropRatio: Double
  /// How the picture is resized.
  package let interpolation: Interpolation
  /// What is subtracted from red, green and blue, on a scale from 0 to 1.
  package let mean: [Float]
  /// What red, green and blue are then divided by.
  package let standardDeviation: [Float]

  /// A recipe of one's own.
  package init(
    height: Int,
    width: Int,
    cropRatio: Double,
    interpolation: Interpolation,
    mean: [Float],
    standardDeviation: [Float]
  ) {
    precondition(height > 0 && width > 0, "a tensor has at least one pixel")
    precondition(cropRatio > 0 && cropRatio <= 1, "a crop keeps a part")
    precondition(mean.count == 3 && standardDeviation.count == 3, "there are three colours")
    self.height = height
    self.width = width
    self.cropRatio = cropRatio
    self.interpolation = interpolation
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The tensor of a picture: `3 * height * width` values, all red ones first, then green, blue.
  package func tensor(from picture: Picture) -> [Float] {
    let size = resizedSize(height: picture.height, width: picture.width)
    let cropped = picture.resized(
      height: size.height,
      width: size.width,
      interpolation: interpolation,
      rows: Self.centre(height, of: size.height),
      columns: Self.centre(width, of: size.width)
    )
    return normalised(cropped)
  }

  /// The size to which a picture is resized before the crop.
  ///
  /// With a square target the shorter side becomes `floor(side / cropRatio)` and the longer one
  /// follows, rounded down (torchvision's `Resize`). With another target the picture shrinks or
  /// grows, its proportions kept, until it just covers the target divided by the ratio, with sides
  /// rounded half to even (timm's `ResizeKeepRatio`). The crop always fits: nothing is padded.
  func resizedSize(height pictureHeight: Int, width pictureWidth: Int) -> (height: Int, width: Int)
  {
    let targetHeight = Int((Double(height) / cropRatio).rounded(.down))
    let targetWidth = Int((Double(width) / cropRatio).rounded(.down))
    if targetHeight == targetWidth {
      let (short, long) = (min(pictureHeight, pictureWidth), max(pictureHeight, pictureWidth))
      let newLong = Int(Double(targetHeight * long) / Double(short))
      return pictureWidth <= pictureHeight
        ? (height: newLong, width: targetWidth) : (height: targetHeight, width: newLong)
    }
    let ratio = min(
      Double(pictureHeight) / Double(targetHeight),
      Double(pictureWidth) / Double(targetWidth)
    )
    return (
      height: Int((Double(pictureHeight) / ratio).rounded(.toNearestOrEven)),
      width: Int((Double(pictureWidth) / ratio).rounded(.toNearestOrEven))
    )
  }

  /// The middle `count` of `total` positions; of two middles, the one that begins at an even place.
  private static func centre(_ count: Int, of total: Int) -> Range<Int> {
    let start = Int((Double(total - count) / 2).rounded(.toNearestOrEven))
    return start..<start + count
  }

  /// Samples as planes of floats.
  private func normalised(_ picture: Picture) -> [Float] {
    let plane = height * width
    var tensor = [Float](repeating: 0, count: 3 * plane)
    for colour in 0..<3 {
      // A sample has only 256 values, so the divisions are done once each.
      let values = (0...255).map { sample in
        (Float(sample) / 255 - mean[colour]) / standardDeviation[colour]
      }
      for pixel in 0..<plane {
        tensor[colour * plane + pixel] = values[Int(picture.samples[pixel * 3 + colour])]
      }
    }
    return tensor
  }
}
