import KernelContract

/// Where the values of one run lie: the caller's picture, and an arena for all others.
///
/// Sendable because the tiles of a step write disjoint places, and the team's return orders them before
/// the next step's reads.
struct RunMemory: @unchecked Sendable {
  /// The caller's picture, planar.
  let picture: UnsafePointer<Float>
  let arena: UnsafeMutablePointer<Float>
  let layout: RunLayout

  /// The start of a value other than the picture.
  func value(_ number: Int) -> UnsafeMutablePointer<Float> {
    precondition(number > 0)
    return arena + layout.valueOffsets[number]
  }

  /// The scratch memory of the operation at `index`.
  func scratch(ofOperation index: Int) -> UnsafeMutablePointer<Float> {
    arena + layout.scratchOffsets[index]
  }
}

/// The shapes and places of all values for pictures of one size.
struct RunLayout: Sendable {
  /// By number; those folded into epilogues have no place.
  let shapes: [FeatureShape]
  let valueOffsets: [Int]

  /// Scratch of each operation.
  let scratchOffsets: [Int]

  /// Values of the whole arena.
  let elements: Int

  init(_ plan: Plan, height: Int, width: Int) {
    shapes = plan.graph.shapes(height: height, width: width)
    var blocks: [ArenaLayout.Block] = []
    var owners: [Int] = []
    for (step, operation) in plan.operations.enumerated() {
      blocks.append(
        ArenaLayout.Block(
          elements: ActivationLayout(shapes[operation.output]).elements, firstStep: step,
          lastStep: plan.lastReads[operation.output]))
      owners.append(operation.output)
    }
    for (step, operation) in plan.operations.enumerated() {
      blocks.append(
        ArenaLayout.Block(
          elements: operation.scratchElements(shapes[operation.input]), firstStep: step,
          lastStep: step))
    }
    let layout = ArenaLayout(blocks)
    var valueOffsets = [Int](repeating: 0, count: shapes.count)
    for (owner, offset) in zip(owners, layout.offsets) { valueOffsets[owner] = offset }
    self.valueOffsets = valueOffsets
    scratchOffsets = Array(layout.offsets[owners.count...])
    elements = layout.elements
  }
}
