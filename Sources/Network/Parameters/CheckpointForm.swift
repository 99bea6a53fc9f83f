/// The published ways to write a FastViT's tensors: two vocabularies, each with the training-time
/// branches or with these reparameterised away.
package struct CheckpointForm: Sendable, Hashable, CaseIterable, CustomStringConvertible {
  package let vocabulary: Vocabulary
  package let isReparameterised: Bool

  package init(_ vocabulary: Vocabulary, isReparameterised: Bool) {
    self.vocabulary = vocabulary
    self.isReparameterised = isReparameterised
  }

  package static let allCases: [CheckpointForm] = Vocabulary.allCases.flatMap {
    [CheckpointForm($0, isReparameterised: false), CheckpointForm($0, isReparameterised: true)]
  }

  /// As in `apple training` or `timm reparameterised`.
  package var description: String {
    "\(vocabulary.rawValue) \(isReparameterised ? "reparameterised" : "training")"
  }
}

/// Whose names a checkpoint uses.
///
/// Sources: `apple/ml-fastvit:models/fastvit.py` and `models/modules`;
/// `huggingface/pytorch-image-models:timm/models/fastvit.py`.
package enum Vocabulary: String, Sendable, Hashable, CaseIterable {
  case apple
  case timm

  /// The last part of the path to a convolution whose branches were merged, in both vocabularies; each
  /// reparameterised network has several.
  static let reparameterised = "reparam_conv"

  /// Convolution `index` of the stem.
  func stem(_ index: Int) -> String {
    switch self {
    case .apple: "patch_embed.\(index)"
    case .timm: "stem.\(index)"
    }
  }

  /// The two convolutions in front of `stage`, 1 to 3; Apple counts them among the stages.
  func downsample(stage: Int) -> String {
    switch self {
    case .apple: "network.\(2 * stage - 1).proj"
    case .timm: "stages.\(stage).downsample.proj"
    }
  }

  /// The positional encoding in front of `stage`.
  func positionalEncoding(stage: Int, isReparameterised: Bool) -> String {
    switch (self, isReparameterised) {
    case (.apple, false): "network.\(2 * stage).pe"
    case (.apple, true): "network.\(2 * stage).reparam_conv"
    case (.timm, false): "stages.\(stage).pos_emb.pos_enc"
    case (.timm, true): "stages.\(stage).pos_emb.reparam_conv"
    }
  }

  /// Block `index` of `stage`; in Apple's names a positional encoding in front takes one place.
  func block(stage: Int, index: Int, isBehindEncoding: Bool) -> String {
    switch self {
    case .apple: "network.\(2 * stage + (isBehindEncoding ? 1 : 0)).\(index)"
    case .timm: "stages.\(stage).blocks.\(index)"
    }
  }

  var finalConvolution: String { self == .apple ? "conv_exp" : "final_conv" }
  var squeeze: String { self == .apple ? "se.reduce" : "se.fc1" }
  var excite: String { self == .apple ? "se.expand" : "se.fc2" }
  var head: String { self == .apple ? "head" : "head.fc" }
  var feedForward: String { self == .apple ? "convffn" : "mlp" }

  /// MobileOne's convolution, scale and identity branches.
  var kernelBranch: String { self == .apple ? "rbr_conv.0" : "conv_kxk.0" }
  var scaleBranch: String { self == .apple ? "rbr_scale" : "conv_scale" }
  var identityBranch: String { self == .apple ? "rbr_skip" : "identity" }

  /// The large-kernel convolution's wide branch, and its fused form.
  var largeBranch: String { self == .apple ? "lkb_origin" : "large_conv" }
  var fusedLargeKernel: String { self == .apple ? "lkb_reparam" : "reparam_conv" }

  /// A layer scale called `name`.
  func layerScale(_ name: String) -> String { self == .apple ? name : name + ".gamma" }
}
