import Foundation
import Testing

@testable import FastViT
@testable import FastViTTool

@Suite struct RooflineTests {
  private let roofline = Roofline(
    peak: 100,
    bandwidths: [
      (Roofline.Level(name: "L2", capacity: 1000, bytesOfWorker: 500), 50),
      (Roofline.Level(name: "memory", capacity: .max, bytesOfWorker: 5000), 10),
    ])

  private func layer(multiplyAdds: Int, bytes: Int) -> TracedLayer {
    TracedLayer(
      name: "", kind: "", problem: "", kernels: [], multiplyAdds: multiplyAdds, bytes: bytes)
  }

  @Test(arguments: [
    (10_000, 1000, 200.0), (100, 1000, 20.0), (0, 1000, 20.0), (100, 1001, 100.1),
    (10_000, 1001, 200.0),
  ]) func leastTimeIsThatOfTheTighterLimit(multiplyAdds: Int, bytes: Int, nanoseconds: Double) {
    let layer = layer(multiplyAdds: multiplyAdds, bytes: bytes)
    #expect((roofline.leastTime(of: layer) / nanoseconds - 1).magnitude < 1e-12)
  }

  /// Two caches per core and one that four cores share; three layers, whose levels are the first
  /// cache, the last cache and memory.
  @Test(arguments: [
    (1, [100, 10_000, Int.max], [50, 5000]), (2, [200, 10_000, .max], [50, 2500]),
    (8, [800, 20_000, .max], [50, 1250]),
  ]) func levelsAreTheCachesOfAllWorkers(workers: Int, capacities: [Int], ofWorker: [Int]) {
    let caches: [MachineReport.Cache] = [
      .init(level: 1, kind: "Data", bytes: 100, sharingCores: 1),
      .init(level: 2, kind: "Unified", bytes: 1000, sharingCores: 1),
      .init(level: 3, kind: "Unified", bytes: 10_000, sharingCores: 4),
    ]
    let layers = [90, 10_000, 20_001].map { layer(multiplyAdds: 1, bytes: $0) }
    let levels = Roofline.Level.needed(by: layers, workers: workers, caches: caches)
      .filter { $0.name != "L2" }
    #expect(levels.map(\.name) == ["L1", "L3", "memory"])
    #expect(levels.map(\.capacity) == capacities)
    #expect(Array(levels.map(\.bytesOfWorker).prefix(2)) == ofWorker)
  }

  @Test func withoutCachesThereIsMemory() {
    let layers = [layer(multiplyAdds: 1, bytes: 4)]
    let levels = Roofline.Level.needed(by: layers, workers: 2, caches: [])
    #expect(levels.map(\.name) == ["memory"])
  }

  @Test func axesAreLogarithmic() {
    let axis = LogarithmicAxis(showing: [1, 100], pixels: (500, 0))
    #expect(axis.values.contains(1) && axis.values.contains(100))
    let (one, ten, hundred) = (axis.place(1), axis.place(10), axis.place(100))
    #expect(0 < hundred && hundred < ten && ten < one && one < 500)
    #expect((ten - one - axis.decade).magnitude < 1e-9)
    #expect((hundred - ten - axis.decade).magnitude < 1e-9)
    #expect(axis.ticks == [1, 2, 5, 10, 20, 50, 100])
  }
}
