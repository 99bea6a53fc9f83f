import KernelContract

/// Which neighbouring operations run as one step, their maps between carried by bands of rows through
/// a worker's cache.
///
/// Fusion changes no bit: every operation computes the same values, only sooner after those it reads.
package enum FusionRule: String, Sendable, CaseIterable {
  /// The three convolutions of the stem. The map behind the first is the largest of the network, 3 MB
  /// for T8 at 256×256, and would otherwise be written to and read from beyond the second-level cache.
  case stem

  /// A downsampling 7×7 convolution and the pointwise one behind it.
  case patchEmbedding

  /// A feed-forward block: 3×3 (where a RepMixer is in front), 7×7, expand, project. The expanded map
  /// is the largest of a stage.
  case feedForward

  /// The number of operations from `index` on that the rule takes together; nil where it does not
  /// apply.
  func length(at index: Int, of operations: [PlannedOperation]) -> Int? {
    let kinds = operations[index...].prefix(4).map(\.work.kind)
    return patterns.first { kinds.starts(with: $0) }?.count
  }

  /// Longest first.
  private var patterns: [[PlannedOperation.Kind]] {
    switch self {
    case .stem: [[.stem, .depthwise, .pointwise]]
    case .patchEmbedding: [[.downsampling, .pointwise]]
    case .feedForward:
      [[.depthwise, .depthwise, .pointwise, .pointwise], [.depthwise, .pointwise, .pointwise]]
    }
  }
}

extension PlannedOperation {
  /// What a fusion rule sees of an operation.
  enum Kind: Sendable {
    case stem
    /// One output a channel.
    case depthwise
    /// Two outputs a channel, and every other pixel.
    case downsampling
    case pointwise
    case other
  }
}

extension PlannedOperation.Work {
  var kind: PlannedOperation.Kind {
    switch self {
    case .stem: .stem
    case .depthwise(let packed):
      if packed.kernel.multiplier == 1 {
        .depthwise
      } else {
        packed.kernel.geometry.stride == 2 ? .downsampling : .other
      }
    case .pointwise: .pointwise
    case .attention, .pooling, .scaling: .other
    }
  }

  /// How an operation that works row by row walks over its input; nil for the others.
  var geometry: ConvolutionGeometry? {
    switch self {
    case .stem(let packed): packed.kernel.geometry
    case .depthwise(let packed): packed.kernel.geometry
    case .pointwise: .pointwise
    case .attention, .pooling, .scaling: nil
    }
  }
}
