import FastViTOperations
import FastViTScheduler
import Foundation
import Testing

@testable import FastViTExecution

@Suite struct OperandMemoryTests {
  @Test func fewValuesAreNotWorthIt() {
    #expect(OperandMemory(expecting: 0) == nil)
    #expect(OperandMemory(expecting: -1) == nil)
    #expect(OperandMemory(expecting: 1000) == nil)
  }

  /// Fewer bytes than expected, as many, twice as many, and more than were reserved.
  @Test(arguments: [1, 4 << 20, 8 << 20, 20 << 20]) func zerosForAnyCount(count: Int) throws {
    let memory = try #require(OperandMemory(expecting: 4 << 20))
    memory.take()
    memory.close()
    let buffer = memory.buffer(byteCount: count)
    memory.wait(for: buffer)
    #expect(buffer.byteCount == count)
    #expect(buffer.values(as: UInt8.self).allSatisfy { $0 == 0 })
  }

  /// However many pages were taken before the size was known, no written value is lost.
  @Test func writersWaitForPagesThatAreTaken() throws {
    let count = 24 << 20
    let parts = 96
    for round in 0..<20 {
      let memory = try #require(OperandMemory(expecting: count))
      Team(workerCount: 3).run(beginningWith: { memory.take() }) { crew in
        usleep(UInt32(round * 200))
        memory.close()
        let all = memory.buffer(byteCount: count)
        crew.forEachTask(count: parts) { task, _ in
          let part = AlignedBuffer(
            task * count / parts..<(task + 1) * count / parts, of: all)
          memory.wait(for: part)
          part.values(as: UInt8.self).update(repeating: UInt8(task + 1))
        }
        // Taking a page writes its first byte.
        let isKept = stride(from: 0, to: count, by: 4096).allSatisfy {
          all.values(as: UInt8.self)[$0] == UInt8($0 / (count / parts) + 1)
        }
        #expect(isKept)
      }
    }
  }
}
