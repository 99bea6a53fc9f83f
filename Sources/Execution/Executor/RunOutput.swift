import FastViTNetwork
import FastViTOperations

/// A result of a run, still in the run's memory.
struct RunOutput {
  enum Kind: Equatable {
    /// A stage's output; the stages are counted from 0.
    case stage(Int)
    case embedding
    case logits
  }

  let kind: Kind
  let shape: FeatureShape
  /// `[pixel][pitch]`; valid until the run's next step begins.
  let values: UnsafeRawPointer
  /// The operation that makes a feature map of `shape` planar.
  let planar: any PackedOperation

  /// The values without padding, `[channel][pixel]`.
  func copy() -> [Float] {
    Array(unsafeUninitializedCapacity: shape.elements) { buffer, count in
      guard let target = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      planar.run(
        part: 0, of: 1, on: shape,
        OperandPlaces(
          input: .channelsLast(values, shape), output: target, outputPitch: shape.pixels))
      count = shape.elements
    }
  }
}

extension Graph {
  /// The results that value `number` is. It is more than one where a network without a head gives a stage's
  /// output as its logits.
  func outputKinds(of number: Int) -> [RunOutput.Kind] {
    var kinds: [RunOutput.Kind] = []
    if let stage = stageOutputs.firstIndex(of: number) { kinds.append(.stage(stage)) }
    if number == embedding { kinds.append(.embedding) }
    if number == logits { kinds.append(.logits) }
    return kinds
  }
}
