import FastViTOperations

/// Where the values of one run after another lie: the caller's image, and an arena for all others.
///
/// Sendable because the tasks of a step write disjoint places, and the end of a step orders them before
/// the next step's reads. `begin` and `end` are called between steps.
final class RunMemory: @unchecked Sendable {
  let arena: UnsafeMutableRawPointer
  let layout: RunLayout

  /// Where workers note what they do; nil for a run without a trace.
  private(set) var trace: Trace?
  private var image: StridedMap?

  /// Memory before the first run.
  init(arena: UnsafeMutableRawPointer, layout: RunLayout) {
    self.arena = arena
    self.layout = layout
  }

  /// Begins a run on `image`.
  func begin(_ image: StridedMap, _ trace: Trace?) {
    self.image = image
    self.trace = trace
  }

  /// Ends the run: the caller's image and trace are not kept.
  func end() {
    image = nil
    trace = nil
  }

  /// The start of a value that has a place in the arena.
  func value(_ number: Int) -> UnsafeMutableRawPointer {
    arena + layout.valueOffsets[number]
  }

  /// A value as the input of an operation; value 0 is the caller's image.
  func map(_ number: Int) -> StridedMap {
    if number > 0 { return .channelsLast(value(number), layout.shapes[number]) }
    guard let image else { preconditionFailure("a run has an image") }
    return image
  }

  /// Runs `body`, a worker's part of one operation, and notes it where the run is traced.
  @inline(__always)
  func record(_ operation: Int, worker: Int, _ body: () -> Void) {
    guard let trace else { return body() }
    trace.lanes[worker].record(.operation(operation), body)
  }

  /// A worker's own scratch memory.
  func scratch(ofWorker worker: Int) -> UnsafeMutableRawPointer {
    arena + layout.scratchOffset + worker * layout.scratchBytes
  }
}

/// The shapes and places of all values for images of one size.
struct RunLayout: Sendable {
  /// The shape of each value, by its number.
  let shapes: [FeatureShape]

  /// Bytes from the start of the arena, by number of the value. Meaningless for the image and for values
  /// without a place in the arena: those that only epilogues see, or that never leave a worker's scratch
  /// memory.
  let valueOffsets: [Int]

  /// Where the first worker's scratch memory begins, in bytes.
  let scratchOffset: Int

  /// Bytes of one worker's scratch memory.
  let scratchBytes: Int

  /// Bytes of the whole arena.
  let bytes: Int
}

extension RunLayout {
  init(_ plan: Plan, shapes: [FeatureShape], steps: [any Step], workers: Int) {
    self.shapes = shapes
    var stepOfOperation = [Int](repeating: 0, count: plan.operations.count)
    for (index, step) in steps.enumerated() {
      for operation in step.operations { stepOfOperation[operation] = index }
    }
    var pieces: [ArenaLayout.Piece] = []
    var owners: [Int] = []
    for (index, step) in steps.enumerated() {
      for operation in step.operations where !step.innerOperations.contains(operation) {
        let value = plan.operations[operation].output
        owners.append(value)
        pieces.append(
          ArenaLayout.Piece(
            bytes: ActivationLayout(shapes[value]).byteCount, firstStep: index,
            lastStep: stepOfOperation[plan.lowering.lastReads[value]]))
      }
    }
    let layout = ArenaLayout(pieces)
    var valueOffsets = [Int](repeating: 0, count: shapes.count)
    for (owner, offset) in zip(owners, layout.offsets) { valueOffsets[owner] = offset }
    self.valueOffsets = valueOffsets
    scratchOffset = layout.bytes
    scratchBytes = AlignedBuffer.aligned(steps.map(\.scratchBytes).max() ?? 0)
    bytes = layout.bytes + workers * scratchBytes
  }
}
