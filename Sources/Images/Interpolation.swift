/// The filter that weighs the samples of an image that is resized, as in Pillow: when the image
/// shrinks, the filter is stretched by the same ratio (antialiasing).
package enum Interpolation: String, CaseIterable, Sendable {
  /// A triangle that reaches one pixel to each side.
  case bilinear
  /// Keys' cubic convolution with `a = -0.5`, which reaches two pixels to each side.
  case bicubic

  /// How far the filter reaches to each side, in pixels of the smaller of the two images.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// The value of the filter at a distance from its centre. The order of operations is that of Pillow,
  /// so that the bits are too.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    guard x < support else { return 0 }
    switch self {
    case .bilinear:
      return 1 - x
    case .bicubic:
      let a = -0.5
      return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * a
    }
  }
}
