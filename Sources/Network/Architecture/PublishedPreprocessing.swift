import FastViTImages

/// How the publishers of an architecture's weights prepare images for evaluation.
package struct PublishedPreprocessing: Sendable, Hashable {
  package let apple: ImageTransform
  package let timm: ImageTransform
  package let mobileCLIP: ImageTransform

  package init(
    apple: ImageTransform, timm: ImageTransform, mobileCLIP: ImageTransform = .mobileCLIP()
  ) {
    self.apple = apple
    self.timm = timm
    self.mobileCLIP = mobileCLIP
  }

  /// The transform of `publisher`.
  package subscript(publisher: Publisher) -> ImageTransform {
    switch publisher {
    case .apple: apple
    case .timm: timm
    case .mobileCLIP: mobileCLIP
    }
  }

  /// The side of the square input that the published accuracies are for, in pixels.
  package var inputSize: Int { timm.height }
}

/// Who published a checkpoint's weights; each evaluates with other transforms.
package enum Publisher: String, Sendable, Hashable, CaseIterable {
  case apple
  case timm
  case mobileCLIP = "mobileclip"
}
