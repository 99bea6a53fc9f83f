import FastViTAllocationCount
import Testing

@testable import FastViT

/// A session owns the memory that its runs need.
@Suite(.enabled(if: fastvit_can_count_allocations()), .timeLimit(.minutes(2)))
struct SessionAllocationTests {
  /// Runs in a process of its own, since other tests allocate too.
  ///
  /// The smallest count of many runs is tested: in any run Dispatch may start a thread, and a
  /// helper that works for the first time allocates its own memory, but an allocation per run or
  /// step is in all of them.
  @Test func runsIntoTheCallersMemoryAllocateNothing() async {
    await #expect(processExitsWith: .success) {
      let model = Model(synthetic: .t8, classCount: 10)
      for (threads, count) in [(1, 1), (2, 1), (3, 1), (1, 3), (2, 4), (2, 5)] {
        let session = Session(model, threads: threads)
        let images = [Float](repeating: 0.5, count: count * 3 * 64 * 64)
        var logits = [Float](repeating: .nan, count: count * 10)
        var least = Int.max
        for _ in 0..<100 {
          let before = fastvit_allocation_count()
          var span = logits.mutableSpan
          try session.run(images.span, count: count, height: 64, width: 64, into: &span)
          least = min(least, fastvit_allocation_count() - before)
        }
        #expect(least == 0, "\(threads) threads, \(count) images")
      }
    }
  }

  /// The same for two sizes that alternate: the session keeps the memory of both.
  @Test func alternatingSizesAllocateNothing() async {
    await #expect(processExitsWith: .success) {
      let session = Session(Model(synthetic: .t8, classCount: 10), threads: 2)
      let images = [Float](repeating: 0.5, count: 3 * 64 * 32)
      var logits = [Float](repeating: .nan, count: 10)
      var least = [32: Int.max, 64: Int.max]
      for round in 0..<200 {
        let height = round.isMultiple(of: 2) ? 64 : 32
        let before = fastvit_allocation_count()
        var span = logits.mutableSpan
        try session.run(
          images.span, count: 1, height: height, width: 96 - height, into: &span)
        let allocations = fastvit_allocation_count() - before
        least[height] = min(least[height] ?? 0, allocations)
      }
      #expect(least == [32: 0, 64: 0])
    }
  }

  /// The counter works, so that the other tests can fail.
  @Test func anAllocationIsCounted() {
    let before = fastvit_allocation_count()
    let block = UnsafeMutableRawPointer.allocate(byteCount: 1 << 12, alignment: 64)
    defer { block.deallocate() }
    #expect(fastvit_allocation_count() > before)
  }
}
