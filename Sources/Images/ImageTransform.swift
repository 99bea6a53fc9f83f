/// What turns an image into a network's input, as one value: resize, centre crop, normalise.
///
/// The result has the bits of timm's and torchvision's evaluation transforms on an 8-bit RGB image:
/// bytes from Pillow's resize, then `Float` arithmetic in their order.
package struct ImageTransform: Hashable, Sendable {
  /// Rows of the tensor.
  package let height: Int
  /// Columns of the tensor.
  package let width: Int
  /// The part of the resized image's shorter side that the crop keeps, at most 1.
  package let cropRatio: Double
  /// How the image is resized.
  package let interpolation: Interpolation
  /// What is subtracted from red, green and blue, on a scale from 0 to 1.
  package let mean: [Float]
  /// What red, green and blue are then divided by.
  package let standardDeviation: [Float]

  /// A transform of any numbers; `flaw` tells whether an image can be transformed by them.
  package init(
    height: Int,
    width: Int,
    cropRatio: Double,
    interpolation: Interpolation,
    mean: [Float],
    standardDeviation: [Float]
  ) {
    self.height = height
    self.width = width
    self.cropRatio = cropRatio
    self.interpolation = interpolation
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The same transform to a tensor of another size.
  package func sized(height: Int, width: Int) -> ImageTransform {
    ImageTransform(
      height: height, width: width, cropRatio: cropRatio, interpolation: interpolation, mean: mean,
      standardDeviation: standardDeviation)
  }

  /// The first number that no image can be transformed by, and what it should be; nil where all are
  /// good.
  package var flaw: String? {
    let longest = Image.longestSide
    func isStatistic(_ values: [Float]) -> Bool {
      values.count == Self.colours && values.allSatisfy(\.isFinite)
    }
    guard (1...longest).contains(height), (1...longest).contains(width) else {
      return "found a size of \(height)×\(width) pixels, expected sides from 1 to \(longest)"
    }
    guard Self.cropRatios.contains(cropRatio) else {
      return "found a crop ratio of \(cropRatio), "
        + "expected one from \(Self.cropRatios.lowerBound) to \(Self.cropRatios.upperBound)"
    }
    guard isStatistic(mean) else {
      return "found a mean of \(mean), expected \(Self.colours) finite numbers"
    }
    guard isStatistic(standardDeviation), standardDeviation.allSatisfy({ $0 > 0 }) else {
      return "found a standard deviation of \(standardDeviation), "
        + "expected \(Self.colours) finite numbers above 0"
    }
    return nil
  }

  /// Crop ratios that leave the resized image's sides far below the largest integer.
  private static let cropRatios = 0.01...1

  /// Red, green and blue.
  private static let colours = 3

  /// The tensor of an image: `3 * height * width` values, all red ones first, then green, blue.
  ///
  /// - Precondition: the transform has no `flaw`.
  package func tensor(from image: Image) -> [Float] {
    precondition(flaw == nil, "an image can be transformed by these numbers")
    let size = resizedSize(height: image.height, width: image.width)
    let cropped = image.resized(
      height: size.height,
      width: size.width,
      interpolation: interpolation,
      rows: Self.centre(height, of: size.height),
      columns: Self.centre(width, of: size.width)
    )
    return normalised(cropped)
  }

  /// The size to which an image is resized before the crop.
  ///
  /// With a square target the shorter side becomes `floor(side / cropRatio)` and the longer one
  /// follows, rounded down (torchvision's `Resize`). With another target the image shrinks or
  /// grows, its proportions kept, until it just covers the target divided by the ratio, with sides
  /// rounded half to even (timm's `ResizeKeepRatio`). The crop always fits: nothing is padded.
  func resizedSize(height imageHeight: Int, width imageWidth: Int) -> (height: Int, width: Int) {
    let targetHeight = Int((Double(height) / cropRatio).rounded(.down))
    let targetWidth = Int((Double(width) / cropRatio).rounded(.down))
    if targetHeight == targetWidth {
      let (short, long) = (min(imageHeight, imageWidth), max(imageHeight, imageWidth))
      let newLong = Int(Double(targetHeight * long) / Double(short))
      return imageWidth <= imageHeight
        ? (height: newLong, width: targetWidth) : (height: targetHeight, width: newLong)
    }
    let ratio = min(
      Double(imageHeight) / Double(targetHeight),
      Double(imageWidth) / Double(targetWidth)
    )
    return (
      height: Int((Double(imageHeight) / ratio).rounded(.toNearestOrEven)),
      width: Int((Double(imageWidth) / ratio).rounded(.toNearestOrEven))
    )
  }

  /// The middle `count` of `total` positions; of two middles, the one that begins at an even place.
  private static func centre(_ count: Int, of total: Int) -> Range<Int> {
    let start = Int((Double(total - count) / 2).rounded(.toNearestOrEven))
    return start..<start + count
  }

  /// Samples as planes of floats.
  private func normalised(_ image: Image) -> [Float] {
    let plane = height * width
    var tensor = [Float](repeating: 0, count: Self.colours * plane)
    for colour in 0..<Self.colours {
      // A sample has only 256 values, so each division is done once.
      let values = (0...255).map { sample in
        (Float(sample) / 255 - mean[colour]) / standardDeviation[colour]
      }
      for pixel in 0..<plane {
        tensor[colour * plane + pixel] = values[Int(image.samples[pixel * Self.colours + colour])]
      }
    }
    return tensor
  }
}
