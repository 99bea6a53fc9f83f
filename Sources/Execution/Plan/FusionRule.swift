import FastViTOperations

/// Which neighbouring operations run as one step: workers carry bands of rows through all of them, so that
/// the feature maps between them stay in a worker's cache.
///
/// Fusion changes no bit: every operation computes the same values, only sooner after those that it reads.
///
/// The gains were measured once, for T8 and SA12 at 256×256 on two Zen 5 cores, against the same plan
/// without the rule, interleaved; `fastvit tune --level patient` decides anew for a machine.
package enum FusionRule: String, Sendable, CaseIterable {
  /// The three convolutions of the stem. The feature map after the first is the largest of the network, 3 MB
  /// for T8, and would otherwise be written to and read from beyond the second-level cache. T8 gains
  /// 0.5 to 1 %.
  case stem

  /// A downsampling 7×7 convolution and the pointwise one after it. No gain to speak of on two cores; it
  /// saves one synchronisation of all workers.
  case patchEmbedding

  /// A RepMixer's 3×3 before its feed-forward block. It saves another synchronisation, but the 3×3's input
  /// then comes from further away, and rows are computed twice where the tasks of two workers meet: a loss
  /// of about 1 % on one core, none on two.
  case repMixer

  /// A feed-forward block: 7×7, expand, project. The expanded feature map is the largest of a stage. T8 and
  /// SA12 gain 1.5 to 2 % on two cores, and nothing on one, where fetching weights ahead hides as much.
  case feedForward

  /// The rules that pay.
  package static let standard: [FusionRule] = [.stem, .patchEmbedding, .feedForward]

  /// The rules whose chains contain no other rule's chain, and those whose chains do.
  package static let shortest = allCases.filter { !$0.containsAnother }
  package static let containing = allCases.filter(\.containsAnother)

  private var containsAnother: Bool {
    Self.allCases.contains { other in
      let (whole, part) = (pattern, other.pattern)
      return part.count < whole.count
        && (0...whole.count - part.count).contains { start in
          Array(whole[start..<start + part.count]) == part
        }
    }
  }

  /// Whether the rule takes exactly `operations` together.
  func matches(_ operations: [any Operation]) -> Bool {
    operations.map(\.fusionRole) == pattern
  }

  /// The roles of the operations that the rule takes, in their order.
  var pattern: [FusionRole] {
    switch self {
    case .stem: [.imageConvolution, .depthwise, .pointwise]
    case .patchEmbedding: [.downsampling, .pointwise]
    case .repMixer: [.depthwise, .depthwise, .pointwise, .pointwise]
    case .feedForward: [.depthwise, .pointwise, .pointwise]
    }
  }
}
