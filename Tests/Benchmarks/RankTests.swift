import FastViTCommandLine
import FastViTMeasurement
import FastViTOperations
import FastViTTestSupport
import Testing

@testable import FastViTBench

/// The ranking of kernels by their times, and its report.
@Suite struct RankTests {
  private func result(
    _ problem: String, pick: [Double], _ others: KeyValuePairs<String, [Double]>
  ) throws -> ProblemResult {
    func timing(_ kernel: String, _ times: [Double], isPick: Bool) -> KernelTiming {
      let elapsed = times.map { Elapsed(realNanoseconds: $0, coreNanoseconds: $0) }
      return KernelTiming(
        kernel: kernel, isPick: isPick,
        samples: Samples(iterations: 1, repetitions: elapsed, clock: .core))
    }
    return ProblemResult(
      named: try NamedProblem(parsing: problem),
      measurements: [timing("pointwise_f32_8x3v_gelu", pick, isPick: true)]
        + others.map { timing($0.key, $0.value, isPick: false) },
      peak: 100, clock: 2)
  }

  private func ranking(_ candidate: [Double]) throws -> Ranking {
    try Ranking(
      [
        result(
          "ic48ih64oc48kh1+gelu*3", pick: [10, 10, 20],
          ["pointwise_f32_9x3v_gelu_k1": candidate, "pointwise_f32_2x1v_gelu": [5, 5]]),
        result(
          "ic48ih64oc16kh1+gelu*10", pick: [1, 1, 1], ["pointwise_f32_2x1v_gelu": [3, 3, 3]]),
      ], candidates: ["pointwise_f32_9x3v_gelu_k1"])
  }

  /// The machine is twice as slow in the third repetition, for all kernels. Where a tile cannot do a
  /// problem, the pick's time counts.
  @Test func tilesAreWeighedByCountAndComparedWithinARepetition() throws {
    let ranking = try ranking([9, 9, 18])
    #expect(ranking.tiles.map(\.name).prefix(2) == ["pointwise_f32_9x3v_k1", "pointwise_f32_8x3v"])
    let best = ranking.tiles[0]
    #expect(abs(best.ratio - (30 * 0.9 + 10) / 40) < 1e-12 && best.deviation < 1e-12)
    #expect(best.isCandidate && best.problems == 1 && best.wins == 1)
    #expect(ranking.tiles[1].ratio == 1 && !ranking.tiles[1].isCandidate)
  }

  @Test func whatWasGivenUpComesLast() throws {
    let entries = try ranking([11, 11, 22]).problems[0].entries
    #expect(
      entries.map(\.kernel) == [
        "pointwise_f32_8x3v_gelu", "pointwise_f32_9x3v_gelu_k1", "pointwise_f32_2x1v_gelu",
      ])
    #expect(entries.map(\.isGivenUp) == [false, false, true])
    #expect(!entries[2].isClearlyFaster)
  }

  @Test func reportSaysWhyNothingIsAdopted() throws {
    let left = [try NamedProblem(parsing: "ic48ih2oc48kh1")]
    let slow = RankReport(try ranking([11, 11, 22]), .portable, [], left: left).markdown
    #expect(slow.contains("The time limit left out: `ic48ih2oc48oh2kh1`."))
    #expect(
      slow.hasSuffix(
        """
        ## Adopted

        Nothing, because no candidate is faster than the picks by more than the spread.
        The best on all problems, `pointwise_f32_9x3v_k1`, takes 1.075 ± 0.000 of their time.
        The best on a single one, `pointwise_f32_9x3v_k1` on `ic48ih64oc48oh64kh1+gelu`, takes 1.100 ± 0.000.

        """), "\(slow)")
    let fast = RankReport(try ranking([9, 9, 18]), .portable, [], left: []).markdown
    #expect(fast.contains("- `pointwise_f32_9x3v_k1` on all problems: 0.925 ± 0.000\n"))
    #expect(fast.contains("- `pointwise_f32_9x3v_k1` on `ic48ih64oc48oh64kh1+gelu`: 0.900"))
    let noisy = RankReport(try ranking([9, 9.6, 24]), .portable, [], left: []).markdown
    #expect(noisy.contains("Nothing, because"))
  }

  /// The pick is listed, however slow it is.
  @Test func thePickIsListed() throws {
    let others = (1...9).map { ("pointwise_f32_\($0)x1v_gelu", [Double($0)]) }
    func report(_ pick: Double) throws -> String {
      let timings = try result("ic48ih64oc48kh1+gelu", pick: [pick], [:]).measurements
      let fast = others.map { name, times in
        KernelTiming(
          kernel: name, isPick: false,
          samples: Samples(
            iterations: 1,
            repetitions: times.map { Elapsed(realNanoseconds: $0, coreNanoseconds: $0) },
            clock: .core))
      }
      let result = ProblemResult(
        named: try NamedProblem(parsing: "ic48ih64oc48kh1+gelu"), measurements: timings + fast,
        peak: nil, clock: 1)
      return RankReport(Ranking([result], candidates: []), .portable, [], left: []).markdown
    }
    let slow = try report(100)
    #expect(slow.contains("pointwise_f32_8x3v_gelu  pick\n"))
    #expect(slow.contains("pointwise_f32_8x1v_gelu ") && !slow.contains("pointwise_f32_9x1v_gelu "))
  }

  @Test func aCatalogueAloneHasNothingToAdopt() throws {
    var output = ""
    var errors = ""
    let words = [
      "rank", "--isa", "portable", "--min-time", "0", "--repetitions", "11", "ic20ih5oc70kh1",
      "g20ic20ih2oc20kh7ph3",
    ]
    #expect(Main.table.run(words, output: &output, errors: &errors) == .success, "\(errors)")
    #expect(output.contains("pointwise_f32_4x2v_bias  pick"), "\(output)")
    #expect(output.contains("the dispatcher's picks") && !output.contains("Adopted"))
  }

  @Test func timeIsLimited() {
    var output = ""
    var errors = ""
    let words = ["rank", "--time-limit", "0", "--isa", "portable", "ic20ih5oc70kh1"]
    #expect(Main.table.run(words, output: &output, errors: &errors) == .success, "\(errors)")
    #expect(output.contains("The time limit left out: `ic20ih5oc70oh5kh1`."))
  }
}
