import TestSupport
import Testing

@testable import Execution

@Suite struct ArenaLayoutTests {
  /// No two blocks that live at the same time overlap, and the arena is no larger than their sum.
  @Test(arguments: 0..<20) func blocksDoNotOverlap(seed: Int) {
    var random = SeededGenerator(UInt64(seed))
    let blocks = (0..<40).map { _ -> ArenaLayout.Block in
      let first = Int.random(in: 0..<30, using: &random)
      return ArenaLayout.Block(
        elements: Int.random(in: 1...1000, using: &random), firstStep: first,
        lastStep: first + Int.random(in: 0...8, using: &random))
    }
    let layout = ArenaLayout(blocks)
    for (i, a) in blocks.enumerated() {
      #expect(layout.offsets[i] % ArenaLayout.alignment == 0)
      #expect(layout.offsets[i] + a.elements <= layout.elements)
      for (j, b) in blocks.enumerated() where j > i {
        guard a.firstStep <= b.lastStep, b.firstStep <= a.lastStep else { continue }
        #expect(
          layout.offsets[i] + a.elements <= layout.offsets[j]
            || layout.offsets[j] + b.elements <= layout.offsets[i])
      }
    }
    #expect(layout.elements <= blocks.reduce(0) { $0 + ArenaLayout.aligned($1.elements) })
  }

  /// A chain in which each step reads what the one before wrote needs two blocks at a time.
  @Test func aChainReusesPlaces() {
    let blocks = (0..<10).map { ArenaLayout.Block(elements: 160, firstStep: $0, lastStep: $0 + 1) }
    #expect(ArenaLayout(blocks).elements == 320)
  }
}
