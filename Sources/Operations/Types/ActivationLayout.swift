/// How the fast kernels hold one image's activations: channels-last `Float`, each pixel padded.
///
/// The channels of a pixel are rounded up to 16, whatever the instruction set, so that all of them see
/// the same memory; the surplus lanes are zero. Where pixels would then lie a multiple of 512 bytes
/// apart, and alias in the first-level cache, the pitch is 16 values longer.
package struct ActivationLayout: Sendable, Hashable {
  /// The real extent, without padding.
  package let shape: FeatureShape

  /// The type of the values. All operations of a network share it; kernels of a narrower precision convert
  /// their own input.
  package static let elementType = ElementType.f32

  /// The layout of activations of `shape`.
  package init(_ shape: FeatureShape) {
    self.shape = shape
  }

  /// Channels are padded to a multiple of this.
  package static let channelAlignment = 16

  /// `channels` rounded up to the alignment.
  package static func paddedChannels(_ channels: Int) -> Int {
    (channels + channelAlignment - 1) / channelAlignment * channelAlignment
  }

  /// Values from one pixel to the next, for `channels` real channels.
  package static func pitch(_ channels: Int) -> Int {
    let padded = paddedChannels(channels)
    return padded % 128 == 0 ? padded + channelAlignment : padded
  }

  /// Channels with the surplus lanes.
  package var paddedChannels: Int { Self.paddedChannels(shape.channels) }

  /// Values from one pixel to the next.
  package var pitch: Int { Self.pitch(shape.channels) }

  /// Values of the whole image.
  package var elements: Int { shape.pixels * pitch }

  /// Bytes of the whole image.
  package var byteCount: Int { elements * Self.elementType.byteCount }
}
