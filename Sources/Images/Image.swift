/// An image in memory: 8 bits per sample; red, green and blue interleaved; rows from top to bottom.
package struct Image: Equatable, Sendable {
  /// The longest side that is read from a file, in pixels; JPEG has the same limit.
  package static let longestSide = 65_535

  /// Number of rows.
  package let height: Int
  /// Number of columns.
  package let width: Int
  /// `height * width * 3` samples.
  package let samples: [UInt8]

  /// An image of `height * width * 3` samples.
  package init(height: Int, width: Int, samples: [UInt8]) {
    precondition(height > 0 && width > 0, "an image has at least one pixel")
    precondition(samples.count == height * width * 3, "a pixel has three samples")
    self.height = height
    self.width = width
    self.samples = samples
  }
}
