import FastViTNetwork

/// A published FastViT.
public struct Variant: Sendable, Hashable, CaseIterable, CustomStringConvertible {
  package let architecture: Architecture

  package init(_ architecture: Architecture) {
    self.architecture = architecture
  }

  /// The variant called `name`: `t8` or `fastvit_t8`, in any letter case; nil where there is none.
  public init?(_ name: String) {
    guard let architecture = Architecture.named(name) else { return nil }
    self.init(architecture)
  }

  /// All variants, smallest first: T8, T12, S12, SA12, SA24, SA36, MA36.
  public static let allCases: [Variant] = Architecture.all.map { Variant($0) }

  /// FastViT-T8: the smallest.
  public static let t8 = published("t8")
  /// FastViT-T12: as S12 with narrower feed-forward blocks.
  public static let t12 = published("t12")
  /// FastViT-S12: RepMixer in all stages.
  public static let s12 = published("s12")
  /// FastViT-SA12: attention in the last stage.
  public static let sa12 = published("sa12")
  /// FastViT-SA24: twice SA12's blocks.
  public static let sa24 = published("sa24")
  /// FastViT-SA36: three times SA12's blocks.
  public static let sa36 = published("sa36")
  /// FastViT-MA36: SA36 with wider stages.
  public static let ma36 = published("ma36")

  private static func published(_ name: String) -> Variant {
    guard let variant = Variant(name) else { preconditionFailure("no row for \(name)") }
    return variant
  }

  /// The short name, such as `sa12`.
  public var name: String { architecture.name }

  /// The short name.
  public var description: String { name }

  /// Blocks in each stage.
  public var depths: [Int] { architecture.stages.map(\.blocks) }

  /// Channels of each stage's feature map.
  public var widths: [Int] { architecture.stages.map(\.width) }

  /// Length of the pooled embedding.
  public var embeddingWidth: Int { architecture.embeddingWidth }

  /// Channels of an image.
  public var inputChannels: Int { architecture.inputChannels }

  /// The side of the square images that the published accuracies are for, in pixels.
  public var defaultInputSize: Int { architecture.preprocessing.inputSize }

  /// The smallest height and width of an image, in pixels.
  public var smallestInputSize: Int { architecture.smallestInputSize }
}
