/// The shape of a batch of images that a network can run on.
struct ImageBatch: Sendable {
  /// Images, at least one.
  let count: Int

  /// Rows of an image.
  let height: Int

  /// Columns of an image.
  let width: Int

  /// A batch for `variant` whose images hold `elements` values together.
  ///
  /// - Throws: `badData` where there is no image, a side is below the variant's smallest, or `elements`
  ///   is another number.
  init(
    count: Int, height: Int, width: Int, elements: Int, for variant: Variant
  ) throws(FastViTError) {
    self.count = count
    self.height = height
    self.width = width
    guard count > 0 else {
      throw FastViTError(.badData, "input: found \(count) images, expected at least one")
    }
    let imageElements = try Self.imageElements(height: height, width: width, for: variant)
    let (total, overflow) = imageElements.multipliedReportingOverflow(by: count)
    guard !overflow, total == elements else {
      throw FastViTError(
        .badData,
        "input: found \(elements) values, expected \(count) × \(variant.inputChannels) × \(height) × "
          + "\(width)")
    }
  }

  private static func imageElements(
    height: Int, width: Int, for variant: Variant
  ) throws(FastViTError) -> Int {
    let smallest = variant.smallestInputSize
    guard height >= smallest, width >= smallest else {
      throw FastViTError(
        .badData,
        "input: found images of \(height)×\(width) pixels, expected at least "
          + "\(smallest)×\(smallest)")
    }
    let (pixels, overflow) = height.multipliedReportingOverflow(by: width)
    let (elements, overflowOfAll) = pixels.multipliedReportingOverflow(
      by: variant.inputChannels)
    guard !overflow, !overflowOfAll else {
      throw FastViTError(
        .badData, "input: found \(height)×\(width) pixels, expected a size that memory can hold")
    }
    return elements
  }
}
