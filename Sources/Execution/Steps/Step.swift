import KernelContract

/// A number of tiles that may run in any order and at the same time, each on one worker.
protocol Step: Sendable {
  /// The plan's operations it runs.
  var operations: Range<Int> { get }

  var tileCount: Int { get }

  /// Scratch memory of each worker, in values.
  var scratchElements: Int { get }

  /// The operations of `operations` whose outputs never leave a worker's scratch memory.
  var innerOperations: Range<Int> { get }

  /// Runs one tile; `worker` chooses the scratch memory, and at most one tile runs with it at a time.
  func run(_ tile: Int, _ memory: RunMemory, worker: Int)
}

extension Step {
  var scratchElements: Int { 0 }

  var innerOperations: Range<Int> { operations.lowerBound..<operations.lowerBound }
}

/// An operation with the shapes it has for pictures of one size.
struct ShapedOperation: Sendable {
  let operation: PlannedOperation
  let input: FeatureShape
  let output: FeatureShape

  init(_ operation: PlannedOperation, _ shapes: [FeatureShape]) {
    self.operation = operation
    input = shapes[operation.input]
    output = shapes[operation.output]
  }

  var inputPitch: Int { ActivationLayout.pitch(input.channels) }
  var outputPitch: Int { ActivationLayout.pitch(output.channels) }
}

/// Cuts `count` items into `parts` ranges of about equal length, empty ones left out.
func evenRanges(_ count: Int, parts: Int) -> [Range<Int>] {
  (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }.filter { !$0.isEmpty }
}
