import KernelContract
import Network

/// A value that callers of a run want, where it lies in the run's memory.
struct RunOutput {
  enum Kind: Equatable {
    /// The place among the four stages.
    case stage(Int)
    case embedding
    case logits
  }

  let kind: Kind
  let shape: FeatureShape
  /// `[pixel][pitch]`.
  let values: UnsafePointer<Float>

  /// The values without padding, channels-last.
  var copy: [Float] {
    let pitch = ActivationLayout(shape).pitch
    return Array(unsafeUninitializedCapacity: shape.elements) { buffer, count in
      for pixel in 0..<shape.pixels {
        let row = UnsafeBufferPointer(start: values + pixel * pitch, count: shape.channels)
        _ = buffer[(pixel * shape.channels)...].initialize(from: row)
      }
      count = shape.elements
    }
  }
}

extension Graph {
  /// What callers want of value `number`; the logits may be a stage's output only in a network without
  /// a head.
  func outputKinds(of number: Int) -> [RunOutput.Kind] {
    var kinds: [RunOutput.Kind] = []
    if let stage = stageOutputs.firstIndex(of: number) { kinds.append(.stage(stage)) }
    if number == embedding { kinds.append(.embedding) }
    if number == logits { kinds.append(.logits) }
    return kinds
  }
}
