import FastViTFiles
import FastViTNetwork

/// A network whose weights were found but not yet folded: what a model is made of, and what is tuned.
package struct SourceNetwork: Sendable {
  /// Which of the published networks it is.
  package let variant: Variant

  /// Where the weights came from: the file, or `synthetic:SEED`.
  package let source: String

  let publisher: Publisher
  let weights: FoldedWeights<Float>

  /// The network of a checkpoint; see `Model.init(contentsOf:variant:instructionSet:tuning:)`.
  package init(contentsOf path: String, variant: Variant?) throws(FastViTError) {
    let contents = try CheckpointContents.read(path, variant: variant)
    do {
      weights = FoldedWeights(contents.parameters, from: try contents.source())
    } catch {
      throw FastViTError(error)
    }
    self.variant = Variant(contents.parameters.architecture)
    source = path
    publisher = contents.publisher
  }

  /// A network of made-up weights.
  package init(synthetic variant: Variant, seed: UInt64 = 0, classCount: Int = 1000) {
    let parameters = NetworkParameters(
      variant.architecture, form: SyntheticWeights.form, classCount: classCount)
    let synthetic = SyntheticWeights(seed: seed)
    weights = FoldedWeights(parameters, from: synthetic)
    self.variant = variant
    source = synthetic.label
    publisher = .timm
  }
}
