import FastViTFiles
import FastViTNetwork

extension Model {
  /// Writes the folded network of a checkpoint under timm's reparameterised names, as safetensors.
  ///
  /// timm loads the file strictly into a reparameterised model. Its batch norms and layer scales
  /// are identities, except that a batch norm keeps a shift that no other tensor can hold. The file
  /// appears whole or not at all.
  ///
  /// - Parameters:
  ///   - input: a checkpoint of any published form.
  ///   - variant: the variant that the checkpoint must hold; nil to recognise it from the tensors.
  ///   - output: the file to write.
  /// - Throws: `missingInput` or `badData` as `init(contentsOf:variant:instructionSet:tuning:)` does;
  ///   `cannotCreate` or `cannotWrite` for the output.
  public static func convert(
    contentsOf input: String, variant: Variant? = nil, to output: String
  ) throws(FastViTError) {
    let contents = try CheckpointContents.read(input, variant: variant)
    let source: CheckpointSource
    do {
      source = try contents.source()
    } catch {
      throw FastViTError(error)
    }
    try write(contents.parameters, from: source, to: output)
  }

  /// Writes the folded network of synthetic weights in the same way.
  ///
  /// - Throws: `cannotCreate` or `cannotWrite`.
  package static func convert(
    synthetic variant: Variant, seed: UInt64, to output: String
  ) throws(FastViTError) {
    let parameters = NetworkParameters(
      variant.architecture, form: SyntheticWeights.form, classCount: 1000)
    try write(parameters, from: SyntheticWeights(seed: seed), to: output)
  }

  private static func write(
    _ parameters: NetworkParameters, from source: some ParameterSource, to output: String
  ) throws(FastViTError) {
    do {
      let export = try ReparameterisedExport(parameters, from: source)
      let metadata = ["format": "pt", "architecture": "fastvit_" + parameters.architecture.name]
      try SafetensorsWriter.write(export.entries, metadata: metadata, to: output)
    } catch let error as NetworkError {
      throw FastViTError(error)
    } catch let error as FileError {
      throw FastViTError(error)
    } catch {
      preconditionFailure("folding and writing throw their own errors only: \(error)")
    }
  }
}
