/// A published way to write a FastViT's tensors: one of two vocabularies, either with the training-time
/// branches or with the branches merged.
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

  /// The vocabulary and the kind, such as `timm reparameterised`.
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

  /// The last part of the path to a convolution whose branches were merged, in both vocabularies. Every
  /// reparameterised network has several.
  static let reparameterised = "reparam_conv"

  /// Convolution `index` of the stem.
  func stem(_ index: Int) -> String {
    switch self {
    case .apple: "patch_embed.\(index)"
    case .timm: "stem.\(index)"
    }
  }

  /// The two convolutions that bring the image to the stage at `place`.
  func downsample(_ place: StagePlace) -> String {
    switch self {
    case .apple: "network.\(place.firstModule).proj"
    case .timm: "stages.\(place.stage).downsample.proj"
    }
  }

  /// The positional encoding before the blocks of the stage at `place`.
  func positionalEncoding(_ place: StagePlace, isReparameterised: Bool) -> String {
    switch (self, isReparameterised) {
    case (.apple, false): "network.\(place.encodingModule).pe"
    case (.apple, true): "network.\(place.encodingModule).reparam_conv"
    case (.timm, false): "stages.\(place.stage).pos_emb.pos_enc"
    case (.timm, true): "stages.\(place.stage).pos_emb.reparam_conv"
    }
  }

  /// The blocks of the stage at `place`; the name of a block adds a dot and the block's number.
  func blocks(_ place: StagePlace) -> String {
    switch self {
    case .apple: "network.\(place.blocksModule)"
    case .timm: "stages.\(place.stage).blocks"
    }
  }

  var finalConvolution: String { self == .apple ? "conv_exp" : "final_conv" }

  /// The two convolutions of the head's squeeze-and-excitation.
  var headSqueeze: String { self == .apple ? "se.reduce" : "se.fc1" }
  var headExcite: String { self == .apple ? "se.expand" : "se.fc2" }

  /// The two convolutions of a downsampling's squeeze-and-excitation: timm's module in both vocabularies.
  static let downsampleSqueeze = "se.fc1"
  static let downsampleExcite = "se.fc2"

  var classifier: String { self == .apple ? "head" : "head.fc" }
  var feedForward: String { self == .apple ? "convffn" : "mlp" }

  /// MobileOne's convolution, scale and identity branches.
  var kernelBranch: String { self == .apple ? "rbr_conv.0" : "conv_kxk.0" }
  var scaleBranch: String { self == .apple ? "rbr_scale" : "conv_scale" }
  var identityBranch: String { self == .apple ? "rbr_skip" : "identity" }

  /// The large-kernel convolution's wide branch, and its fused form.
  var largeBranch: String { self == .apple ? "lkb_origin" : "large_conv" }
  var fusedLargeKernel: String { self == .apple ? "lkb_reparam" : "reparam_conv" }

  /// The first pointwise convolution of the feed-forward part of `block`.
  func expansion(ofBlock block: String) -> String { "\(block).\(feedForward).fc1" }

  /// The layer scale of the feed-forward part of `block`. In a block with attention it is the second one.
  func layerScale(ofBlock block: String, isAttention: Bool) -> String {
    layerScale("\(block).layer_scale" + (isAttention ? "_2" : ""))
  }

  /// A layer scale called `name`.
  func layerScale(_ name: String) -> String { self == .apple ? name : name + ".gamma" }
}
