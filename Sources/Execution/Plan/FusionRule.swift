import KernelContract

/// Which neighbouring operations run as one step, their maps between carried by bands of rows through
/// a worker's cache.
///
/// Fusion changes no bit: every operation computes the same values, only sooner after those it reads.
///
/// The gains were measured once, of T8 and SA12 at 256×256 on two Zen 5 cores, against the same plan
/// without the rule, interleaved; `fastvit tune --level patient` decides anew for a machine.
package enum FusionRule: String, Sendable, CaseIterable {
  /// The three convolutions of the stem. The map behind the first is the largest of the network, 3 MB
  /// for T8, and would otherwise be written to and read from beyond the second-level cache. T8 gains
  /// 0.5 to 1 %.
  case stem

  /// A downsampling 7×7 convolution and the pointwise one behind it. No gain to speak of on two cores;
  /// it saves a meeting of all workers.
  case patchEmbedding

  /// A RepMixer's 3×3 in front of its feed-forward block. It saves another meeting, but the 3×3's input
  /// then comes from further away, and rows are computed twice where workers divide the map: a loss of
  /// about 1 % on one core, none on two.
  case repMixer

  /// A feed-forward block: 7×7, expand, project. The expanded map is the largest of a stage. T8 and SA12
  /// gain 1.5 to 2 % on two cores, and nothing on one, where weights fetched ahead hide as much.
  case feedForward

  /// Those that pay.
  package static let standard: [FusionRule] = [.stem, .patchEmbedding, .feedForward]

  /// The number of operations from `index` on that the rule takes together; nil where it does not
  /// apply.
  func length(at index: Int, of operations: [PlannedOperation]) -> Int? {
    let count = pattern.count
    return matches(operations[index...].prefix(count).map(\.operation)) ? count : nil
  }

  /// Whether the rule takes exactly `operations` together.
  func matches(_ operations: [OperationProblem.Operation]) -> Bool {
    operations.map(\.kind) == pattern
  }

  private var pattern: [PlannedOperation.Kind] {
    switch self {
    case .stem: [.stem, .depthwise, .pointwise]
    case .patchEmbedding: [.downsampling, .pointwise]
    case .repMixer: [.depthwise, .depthwise, .pointwise, .pointwise]
    case .feedForward: [.depthwise, .pointwise, .pointwise]
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

extension OperationProblem.Operation {
  fileprivate var kind: PlannedOperation.Kind {
    switch self {
    case .convolution: .stem
    case .depthwise(_, 1): .depthwise
    case .depthwise(let geometry, _): geometry.stride == 2 ? .downsampling : .other
    case .pointwise: .pointwise
    default: .other
    }
  }
}

extension PlannedOperation.Work {
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
