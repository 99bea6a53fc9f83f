import KernelContract

/// The inference network of one variant: operations in topological order over numbered values.
///
/// Value 0 is the normalised picture, channels-last. The graph does not know the picture's size; shapes
/// follow from it.
package struct Graph<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  package let architecture: Architecture
  package let classCount: Int
  package let nodes: [Node<Scalar>]

  /// The values that the four stages make: of blocks, before what lies in front of the next stage.
  package let stageOutputs: [Int]

  /// The pooled features in front of the classifier.
  package let embedding: Int

  /// The classifier's scores.
  package let logits: Int

  /// Channels of the picture.
  package static var inputChannels: Int { 3 }

  /// The shape of every value for a picture of `height` × `width` pixels.
  package func shapes(height: Int, width: Int) -> [FeatureShape] {
    var shapes = [FeatureShape(height: height, width: width, channels: Self.inputChannels)]
    for node in nodes {
      shapes.append(node.operation.outputShape(shapes[node.inputs[0]]))
    }
    return shapes
  }
}

extension Operation {
  /// The shape made from a (first) input of `shape`.
  package func outputShape(_ shape: FeatureShape) -> FeatureShape {
    switch self {
    case .convolution(let weights), .depthwise(let weights, _), .pointwise(let weights):
      weights.geometry.outputShape(shape, channels: weights.outputChannels)
    case .activation, .add, .scaleChannels:
      shape
    case .attention:
      shape.with(channels: shape.channels / 3)
    case .globalAveragePool:
      FeatureShape(height: 1, width: 1, channels: shape.channels)
    }
  }
}
