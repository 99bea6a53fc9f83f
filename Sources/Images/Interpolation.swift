/// How a resized picture weighs the samples of the original, as in Pillow: the filter is stretched
/// when the picture shrinks (antialiasing).
package enum Interpolation: String, CaseIterable, Sendable {
  /// A triangle over one pixel to each side.
  case bilinear
  /// Keys' cubic convolution with `a = -0.5`, over two pixels to each side.
  case bicubic

  /// How far the filter reaches, in pixels of the smaller of the two pictures.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// The filter at a distance from its centre. The order of operations is Pillow's, for its bits.
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
