import KernelContract

/// What a run of a network keeps.
package struct Results<Scalar: Sendable>: Sendable {
  /// Scores, one a class.
  package var logits: [Scalar] = []

  /// The pooled features in front of the classifier.
  package var embedding: [Scalar] = []

  /// The four stages' outputs, channels-last; empty unless asked for.
  package var stages: [(shape: FeatureShape, values: [Scalar])] = []
}
