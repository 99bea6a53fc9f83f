/// The shape of a batch of pictures that the network can run on.
struct PictureBatch: Sendable {
  /// Pictures, at least one.
  let count: Int

  /// Rows of a picture.
  let height: Int

  /// Columns of a picture.
  let width: Int

  /// A batch whose pictures hold `elements` values together.
  ///
  /// - Throws: `badData` where there is no picture, a side is below the smallest, or `elements` is
  ///   another number.
  init(count: Int, height: Int, width: Int, elements: Int) throws(FastViTError) {
    self.count = count
    self.height = height
    self.width = width
    guard count > 0 else {
      throw FastViTError(.badData, "input: found \(count) pictures, expected at least one")
    }
    let pictureElements = try Self.pictureElements(height: height, width: width)
    let (total, overflow) = pictureElements.multipliedReportingOverflow(by: count)
    guard !overflow, total == elements else {
      throw FastViTError(
        .badData, "input: found \(elements) values, expected \(count) × 3 × \(height) × \(width)")
    }
  }

  private static func pictureElements(height: Int, width: Int) throws(FastViTError) -> Int {
    let smallest = Session.smallestInputSize
    guard height >= smallest, width >= smallest else {
      throw FastViTError(
        .badData,
        "input: found pictures of \(height)×\(width) pixels, expected at least "
          + "\(smallest)×\(smallest)")
    }
    let (pixels, overflow) = height.multipliedReportingOverflow(by: width)
    let (elements, overflowOfAll) = pixels.multipliedReportingOverflow(by: 3)
    guard !overflow, !overflowOfAll else {
      throw FastViTError(
        .badData, "input: found \(height)×\(width) pixels, expected a size that memory can hold")
    }
    return elements
  }
}
