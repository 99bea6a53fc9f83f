/// A picture in memory: 8 bits a sample, red, green and blue interleaved, rows from the top.
package struct Picture: Equatable, Sendable {
  /// The longest side that is read from a file, as in JPEG.
  package static let longestSide = 65_535

  /// Rows.
  package let height: Int
  /// Columns.
  package let width: Int
  /// `height * width * 3` samples.
  package let samples: [UInt8]

  /// A picture of given samples.
  package init(height: Int, width: Int, samples: [UInt8]) {
    precondition(height > 0 && width > 0, "a picture has at least one pixel")
    precondition(samples.count == height * width * 3, "a pixel has three samples")
    self.height = height
    self.width = width
    self.samples = samples
  }
}
