import FastViTOperations

/// What a run of a network keeps.
package struct Results<Scalar: Sendable>: Sendable {
  /// Scores, one per class.
  package var logits: [Scalar] = []

  /// The pooled features before the classifier.
  package var embedding: [Scalar] = []

  /// The stages' outputs, planar `[channel][pixel]`; empty unless asked for.
  package var stages: [(shape: FeatureShape, values: [Scalar])] = []
}
