/// How the values of a kernel's operand lie in memory.
package enum OperandLayout: Sendable, Hashable {
  /// `[pixel][pitch]`, channels padded; see `ActivationLayout`.
  case channelsLast
  /// `[channel][pixel]`.
  case planar
  /// `[pixel][channel]`.
  case interleaved
  /// The caller's image: any strides between channels, pixels and rows.
  case strided
  /// `[panel][depth / group][width][group]`: weights of a matrix product, `group` input channels of one
  /// output channel side by side.
  case panels(width: Int, group: Int)
  /// `[vector][plane][tap][lane]`: weights of a depthwise convolution.
  case taps
  /// One value per channel.
  case channels
}

/// The type and layout of one operand of a kernel.
package struct OperandDescription: Sendable, Hashable {
  /// What each value is in memory.
  package let elementType: ElementType
  /// How the values lie.
  package let layout: OperandLayout

  /// Values of `elementType` that lie as `layout` says.
  package init(_ elementType: ElementType, _ layout: OperandLayout) {
    self.elementType = elementType
    self.layout = layout
  }

  /// A feature map in the layout that all operations of a network share.
  package static let map = OperandDescription(.f32, .channelsLast)
}

/// The operands of a kernel.
package struct KernelOperands: Sendable, Hashable {
  /// The input.
  package var input = OperandDescription.map
  /// Nil where the operation has no weights.
  package var weights: OperandDescription?
  /// Nil where the operation has no bias.
  package var bias: OperandDescription?
  /// A residual, or one factor per channel; nil where neither is read.
  package var second: OperandDescription?
  /// The output.
  package var output = OperandDescription.map
}
