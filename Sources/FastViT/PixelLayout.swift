import FastViTOperations

/// How the values of an image lie in memory. The results have the same bits with both.
public enum PixelLayout: Sendable, Hashable, CaseIterable {
  /// `[channels][height][width]`: all values of a channel together, as in PyTorch.
  case planar

  /// `[height][width][channels]`: all values of a pixel together, as image files have them.
  case interleaved

  /// As kernels call it.
  var value: ImageLayout {
    switch self {
    case .planar: .nchw
    case .interleaved: .nhwc
    }
  }
}
