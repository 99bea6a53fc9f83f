import FastViTOperations
import FastViTTestSupport
import Testing

@testable import FastViTExecution

@Suite struct ArenaLayoutTests {
  /// No two pieces of memory that are in use at the same time overlap, and the arena is no larger than the
  /// sum of all pieces.
  @Test(arguments: 0..<20) func blocksDoNotOverlap(seed: Int) {
    var random = SeededGenerator(UInt64(seed))
    let pieces = (0..<40).map { _ -> ArenaLayout.Piece in
      let first = Int.random(in: 0..<30, using: &random)
      return ArenaLayout.Piece(
        bytes: Int.random(in: 1...1000, using: &random), firstStep: first,
        lastStep: first + Int.random(in: 0...8, using: &random))
    }
    let layout = ArenaLayout(pieces)
    for (i, a) in pieces.enumerated() {
      #expect(layout.offsets[i] % AlignedBuffer.alignment == 0)
      #expect(layout.offsets[i] + a.bytes <= layout.bytes)
      for (j, b) in pieces.enumerated() where j > i {
        guard a.firstStep <= b.lastStep, b.firstStep <= a.lastStep else { continue }
        #expect(
          layout.offsets[i] + a.bytes <= layout.offsets[j]
            || layout.offsets[j] + b.bytes <= layout.offsets[i])
      }
    }
    #expect(layout.bytes <= pieces.reduce(0) { $0 + AlignedBuffer.aligned($1.bytes) })
  }

  /// A chain in which each step reads what the one before wrote needs two pieces of memory at a time.
  @Test func aChainReusesPlaces() {
    let pieces = (0..<10).map { ArenaLayout.Piece(bytes: 640, firstStep: $0, lastStep: $0 + 1) }
    #expect(ArenaLayout(pieces).bytes == 1280)
  }
}
