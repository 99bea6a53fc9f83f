import Foundation
import KernelContract
import Scheduler
import Testing

@testable import Execution

@Suite struct OperandMemoryTests {
  @Test func fewValuesAreNotWorthIt() {
    #expect(OperandMemory(expecting: 0) == nil)
    #expect(OperandMemory(expecting: -1) == nil)
    #expect(OperandMemory(expecting: 1000) == nil)
  }

  /// Fewer than expected, as many, twice as many, and more than there is room for.
  @Test(arguments: [1, 1 << 20, 1 << 21, 5 << 20]) func zerosForAnyCount(count: Int) throws {
    let memory = try #require(OperandMemory(expecting: 1 << 20))
    memory.take()
    memory.close()
    let buffer = memory.buffer(count: count)
    memory.wait(for: buffer)
    #expect(buffer.count == count)
    #expect(buffer.values.allSatisfy { $0 == 0 })
  }

  /// Whatever has been taken when the values' number is known, nothing that is written is lost.
  @Test func writersWaitForThoseWhoTake() throws {
    let count = 6 << 20
    let parts = 96
    for round in 0..<20 {
      let memory = try #require(OperandMemory(expecting: count))
      Team(workerCount: 3).run(beginningWith: { memory.take() }) { crew in
        usleep(UInt32(round * 200))
        memory.close()
        let all = memory.buffer(count: count)
        crew.forEachTile(count: parts) { tile, _ in
          let part = AlignedBuffer(
            tile * count / parts..<(tile + 1) * count / parts, of: all)
          memory.wait(for: part)
          part.values.update(repeating: Float(tile + 1))
        }
        // Pages are taken by their first values.
        let isKept = stride(from: 0, to: count, by: 1024).allSatisfy {
          all.pointer[$0] == Float($0 / (count / parts) + 1)
        }
        #expect(isKept)
      }
    }
  }
}
