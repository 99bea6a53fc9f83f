import Testing

@testable import FastViTMeasurement

@Suite struct SummaryTests {
  @Test func summariesAreRobust() {
    let summary = Summary([5, 1, 1000, 3, 4])
    #expect(summary.median == 4)
    #expect(summary.deviation == 1)
    #expect(summary.mean == 202.6 && summary.relativeDeviation == 0.25)
    #expect(summary.minimum == 1 && summary.maximum == 1000 && summary.count == 5)
    #expect(Summary([1, 3]).median == 2)
    #expect(Summary([1, 3]).standardDeviation == 2.0.squareRoot())
    #expect(Summary([7]).deviation == 0 && Summary([7]).standardDeviation == 0)
  }

  /// The definition: the smallest sample that at least `percent` percent of the samples do not exceed.
  @Test(arguments: [1, 2, 3, 10, 19, 20, 21, 99, 100, 101, 1000])
  func percentilesAreNearestRanks(count: Int) {
    let samples = (1...count).map(Double.init)
    let summary = Summary(samples.shuffled())
    for percent in [1, 50, 90, 95, 99, 100] {
      let expected = samples.first { sample in
        samples.count { $0 <= sample } * 100 >= percent * count
      }
      #expect(summary.percentile(percent) == expected, "\(percent) % of \(count)")
    }
    #expect(summary.percentile(100) == summary.maximum)
  }
}
