/// How a square convolution window walks over an image: odd kernel size, zero padding of half the
/// kernel on every side, the same stride both ways.
///
/// Every convolution of FastViT is of this kind, so an extent of `n` always becomes `⌈n / stride⌉` and any
/// input size works without further padding.
package struct ConvolutionGeometry: Sendable, Hashable {
  /// Taps along one side; odd.
  package let kernel: Int
  /// Pixels from one window to the next.
  package let stride: Int

  /// A window of `kernel` × `kernel` taps; `kernel` is odd, `stride` positive.
  package init(kernel: Int, stride: Int) {
    precondition(kernel > 0 && kernel % 2 == 1 && stride > 0)
    self.kernel = kernel
    self.stride = stride
  }

  /// A 1×1 convolution with stride 1.
  package static let pointwise = ConvolutionGeometry(kernel: 1, stride: 1)

  /// Zero pixels added on each side.
  package var padding: Int { kernel / 2 }

  /// Taps in the window.
  package var taps: Int { kernel * kernel }

  /// The output extent for an input extent of at least one pixel.
  package func outputExtent(_ extent: Int) -> Int { (extent - 1) / stride + 1 }

  /// The output shape, with `channels` channels.
  package func outputShape(_ input: FeatureShape, channels: Int) -> FeatureShape {
    FeatureShape(
      height: outputExtent(input.height), width: outputExtent(input.width), channels: channels)
  }

  /// The input coordinate under the first tap of output `index`; negative inside the padding.
  package func origin(_ index: Int) -> Int { index * stride - padding }

  /// The taps of output `index` that fall inside an input of `extent` pixels.
  package func insideTaps(_ index: Int, extent: Int) -> Range<Int> {
    let origin = origin(index)
    return max(0, -origin)..<min(kernel, extent - origin)
  }
}
