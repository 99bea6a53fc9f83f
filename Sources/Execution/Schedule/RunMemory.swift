import KernelCatalog
import KernelContract

/// Where the values of one run after another lie: the caller's picture, and an arena for all others.
///
/// Sendable because the tiles of a step write disjoint places, and the end of a step orders them before
/// the next step's reads. `begin` and `end` are called between steps.
final class RunMemory: @unchecked Sendable {
  let arena: UnsafeMutablePointer<Float>
  let layout: RunLayout

  /// Where workers note what they do; nil if nobody asks.
  private(set) var trace: Trace?
  private var runsPicture: StridedPicture?

  /// No run yet.
  init(arena: UnsafeMutablePointer<Float>, layout: RunLayout) {
    self.arena = arena
    self.layout = layout
  }

  /// The picture of the run that goes on.
  var picture: StridedPicture {
    guard let runsPicture else { preconditionFailure("a run has a picture") }
    return runsPicture
  }

  /// A run on `picture` begins.
  func begin(_ picture: StridedPicture, _ trace: Trace?) {
    runsPicture = picture
    self.trace = trace
  }

  /// The run is over: nothing of the caller's is kept.
  func end() {
    runsPicture = nil
    trace = nil
  }

  /// The start of a value that has a place.
  func value(_ number: Int) -> UnsafeMutablePointer<Float> {
    arena + layout.valueOffsets[number]
  }

  /// Runs `body`, a worker's part of one operation, and notes it where the run is traced.
  @inline(__always)
  func record(_ operation: Int, worker: Int, _ body: () -> Void) {
    guard let trace else { return body() }
    trace.lanes[worker].record(.operation(operation), body)
  }

  /// A worker's own scratch memory.
  func scratch(ofWorker worker: Int) -> UnsafeMutablePointer<Float> {
    arena + layout.scratchOffset + worker * layout.scratchElements
  }
}

/// The shapes and places of all values for pictures of one size.
struct RunLayout: Sendable {
  /// By number of the value.
  let shapes: [FeatureShape]

  /// By number of the value; nothing sensible for the picture and for those that have no place, because
  /// they are folded into epilogues or never leave a worker's scratch memory.
  let valueOffsets: [Int]

  /// The first worker's scratch memory.
  let scratchOffset: Int

  /// Values of one worker's scratch memory.
  let scratchElements: Int

  /// Values of the whole arena.
  let elements: Int
}

extension RunLayout {
  init(_ plan: Plan, shapes: [FeatureShape], steps: [any Step], workers: Int) {
    self.shapes = shapes
    var stepOfOperation = [Int](repeating: 0, count: plan.operations.count)
    for (index, step) in steps.enumerated() {
      for operation in step.operations { stepOfOperation[operation] = index }
    }
    var blocks: [ArenaLayout.Block] = []
    var owners: [Int] = []
    for (index, step) in steps.enumerated() {
      for operation in step.operations where !step.innerOperations.contains(operation) {
        let value = plan.operations[operation].output
        owners.append(value)
        blocks.append(
          ArenaLayout.Block(
            elements: ActivationLayout(shapes[value]).elements, firstStep: index,
            lastStep: stepOfOperation[plan.lastReads[value]]))
      }
    }
    let layout = ArenaLayout(blocks)
    var valueOffsets = [Int](repeating: 0, count: shapes.count)
    for (owner, offset) in zip(owners, layout.offsets) { valueOffsets[owner] = offset }
    self.valueOffsets = valueOffsets
    scratchOffset = layout.elements
    scratchElements = ArenaLayout.aligned(steps.map(\.scratchElements).max() ?? 0)
    elements = layout.elements + workers * scratchElements
  }
}
