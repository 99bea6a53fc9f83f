/// The extent of one image's activations: `height` × `width` pixels of `channels` values each,
/// stored channels-last.
package struct FeatureShape: Sendable, Hashable, CustomStringConvertible {
  /// Rows.
  package let height: Int
  /// Pixels in a row.
  package let width: Int
  /// Values per pixel.
  package let channels: Int

  /// The shape of `height` × `width` pixels with `channels` channels.
  package init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The number of pixels: the rows of a matrix product.
  package var pixels: Int { height * width }

  /// The number of values.
  package var elements: Int { pixels * channels }

  /// The number of values in one row of pixels.
  package var rowElements: Int { width * channels }

  /// Height × width × channels, as in `64×64×48`.
  package var description: String { "\(height)×\(width)×\(channels)" }

  /// The same pixels with another number of channels.
  package func with(channels: Int) -> FeatureShape {
    FeatureShape(height: height, width: width, channels: channels)
  }
}
