import FastViTOperations

/// The inference network of one architecture: operations in topological order over numbered values.
///
/// Value 0 is the normalised image, channels-last. The graph does not know the image's size; shapes
/// follow from it.
package struct Graph<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  package let architecture: Architecture

  /// Values of the output: classes, or the embedding's length where there is no classifier.
  package let classCount: Int
  package let nodes: [Node<Scalar>]

  /// The values that the stages make: of their blocks, before what belongs to the next stage.
  package let stageOutputs: [Int]

  /// The pooled features.
  package let embedding: Int

  /// The output: the classifier's scores, or `embedding` where there is no classifier.
  package let logits: Int

  /// Channels of the image.
  package var inputChannels: Int { architecture.inputChannels }

  /// The shape of every value for an image of `height` × `width` pixels.
  package func shapes(height: Int, width: Int) -> [FeatureShape] {
    var shapes = [FeatureShape(height: height, width: width, channels: inputChannels)]
    for node in nodes {
      shapes.append(node.operation.outputShape(on: shapes[node.inputs[0]]))
    }
    return shapes
  }
}
