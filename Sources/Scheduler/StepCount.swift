import Synchronization

/// A count that belongs to one step: a compare-and-exchange that expects the count of another step
/// fails, however late it happens.
struct StepCount: Equatable, Sendable {
  /// The number of the step.
  var epoch: UInt32
  /// What is counted for that step.
  var count: UInt32
}

extension StepCount: AtomicRepresentable {
  /// The epoch in the high half.
  typealias AtomicRepresentation = UInt64.AtomicRepresentation

  static func encodeAtomicRepresentation(_ value: StepCount) -> AtomicRepresentation {
    UInt64.encodeAtomicRepresentation(UInt64(value.epoch) << 32 | UInt64(value.count))
  }

  static func decodeAtomicRepresentation(_ representation: consuming AtomicRepresentation)
    -> StepCount
  {
    let word = UInt64.decodeAtomicRepresentation(representation)
    return StepCount(
      epoch: UInt32(truncatingIfNeeded: word >> 32), count: UInt32(truncatingIfNeeded: word))
  }
}
