import FastViTCatalogue
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Testing

@testable import FastViTExecution

/// Runs for measuring: which operations they run, and how their times add up.
@Suite(.serialized) struct TrialTests {
  private static func problem(_ text: String) throws -> OperationProblem {
    try NamedProblem(parsing: text).problem
  }

  private func event(
    _ subject: Trace.Subject, _ times: ClosedRange<UInt64>, image: Int = 0, worker: Int = 0
  ) -> Trace.Event {
    Trace.Event(
      subject: subject, image: image, worker: worker, start: times.lowerBound,
      end: times.upperBound)
  }

  /// Two images that one worker computes each, then one image that both workers compute.
  @Test func timesOfABatchAreOfAnImage() throws {
    let problems = [try Self.problem("ic48ih8oc96kh1"), try Self.problem("ic96ih8oc48kh1")]
    let own = TrialTimes.Pass(workers: 1).with([0..<2])
    let shared = TrialTimes.Pass(workers: 2).with([0..<1, 1..<2])
    let events = [
      event(.operation(0), 10...20), event(.operation(1), 20...50),
      event(.task(0, step: 0), 10...50),
      event(.operation(0), 60...70, image: 2), event(.task(0, step: 0), 60...70, image: 2),
      event(.operation(1), 80...90, image: 2), event(.task(0, step: 1), 80...90, image: 2),
      event(.operation(0), 10...15, image: 1, worker: 1),
      event(.operation(1), 15...30, image: 1, worker: 1),
      event(.task(0, step: 0), 10...30, image: 1, worker: 1),
      event(.operation(0), 62...80, image: 2, worker: 1),
      event(.task(1, step: 0), 62...80, image: 2, worker: 1),
    ]
    let times = TrialTimes(events, [own, own, shared], problems: problems)
    #expect(times.operations == [problems[0]: 43.0 / 3, problems[1]: 55.0 / 3])
    #expect(times.total == 80 && times.steps == 30)
    #expect(times.wall(of: problems, workers: 1) == 30)
    #expect(times.wall(of: problems, workers: 2) == 30)
    #expect(times.wall(of: [problems[0]], workers: 1) == nil)
    #expect(times.wall(of: [problems[0]], workers: 2) == 20)
    #expect(times.wall(of: problems, workers: 3) == nil)
  }

  /// A step that contains operations after a chain's end does not run exactly the chain.
  @Test func stepsThatReachFurtherAreNotTheChain() throws {
    let problems = [try Self.problem("ic48ih8oc96kh1"), try Self.problem("ic96ih8oc48kh1")]
    let run = TrialTimes.Pass(workers: 1).with([0..<1, 1..<3])
    let events = [event(.task(0, step: 0), 10...20), event(.task(0, step: 1), 20...50)]
    let times = TrialTimes(events, [run], problems: problems + [problems[0]])
    #expect(times.wall(of: problems, workers: 1) == nil)
    #expect(times.wall(of: problems + [problems[0]], workers: 1) == 40)
  }

  @Test func operationsAloneCountAsOften() throws {
    let problems = [try Self.problem("ic48ih8oc96kh1"), try Self.problem("ic96ih8oc48kh1")]
    let run = TrialTimes.Pass(workers: 1).with([0..<1, 1..<2])
    let events = [
      event(.operation(0), 10...20), event(.task(0, step: 0), 10...21),
      event(.operation(1), 100...104), event(.task(0, step: 1), 100...105),
    ]
    let times = TrialTimes(events, [run], problems: problems, counts: [3, 1])
    #expect(times.operations == [problems[0]: 30, problems[1]: 4])
    #expect(times.total == 38 && times.steps == 38)
    #expect(times.wall(of: [problems[0]], workers: 1) == 33)
  }

  /// How workers share a batch: for each number of workers per image, the share of the batch's images.
  struct Sharing: Sendable {
    let workers: Int
    let batch: Int
    let crews: [Int: Double]
  }
  static let sharings = [
    Sharing(workers: 1, batch: 1, crews: [1: 1]), Sharing(workers: 1, batch: 3, crews: [1: 1]),
    Sharing(workers: 2, batch: 1, crews: [2: 1]), Sharing(workers: 2, batch: 2, crews: [1: 1]),
    Sharing(workers: 3, batch: 5, crews: [1: 0.6, 3: 0.4]),
  ]

  @Test(arguments: sharings) func batchesRunAsSessionsRunThem(sharing: Sharing) throws {
    let (workers, batch, crews) = (sharing.workers, sharing.batch, sharing.crews)
    let parameters = NetworkParameters(
      try #require(Architecture.named("t8")), form: SyntheticWeights.form, classCount: 7)
    let runner = try TrialRunner(
      FoldedWeights(parameters, from: SyntheticWeights(seed: 3)), for: InstructionSet.best,
      guide: PlanGuide(height: 32, width: 48, workers: workers), batch: batch,
      team: Team(workerCount: workers))
    #expect(runner.crews == crews.keys.sorted())
    for (crew, share) in crews { #expect(abs(runner.share(ofCrew: crew) - share) < 1e-12) }
    // Twice, because the second run uses the first one's memory.
    for _ in 0..<2 {
      let times = runner.run(PlanChoices())
      #expect(Set(times.operations.keys) == Set(runner.problems))
      #expect(times.operations.values.allSatisfy { $0 > 0 } && times.total > 0)
      for crew in crews.keys {
        for single in runner.singles(PlanChoices(), workers: crew) {
          #expect(times.wall(of: [single], workers: crew) ?? 0 > 0)
        }
      }
      #expect(times.wall(of: [runner.problems[0]], workers: 7) == nil)
    }
  }

  /// Every operation that can be tried alone runs with random kernels, cut in random ways.
  @Test(arguments: InstructionSet.available, [1, 3])
  func everyOperationRunsAlone(on instructionSet: InstructionSet, workers: Int) throws {
    let path = RepositoryFiles.path("Benchmarks/Shapes/small.txt")
    let all = try NamedProblem.list(parsing: String(contentsOfFile: path, encoding: .utf8))
    let able = all.filter { TrialRunner.obstacle(to: $0.problem, on: instructionSet) == nil }
    #expect(able.count > 150 && able.count < all.count)
    let runner = TrialRunner(able, for: instructionSet, team: Team(workerCount: workers))
    var random = SeededGenerator(7)
    for _ in 0..<4 {
      var choices = PlanChoices()
      for problem in runner.problems {
        let kernels = PlanChoices.kernelCandidates(for: problem, on: instructionSet, all: true)
        let names = try #require(kernels.randomElement(using: &random))
        try runner.pack(names, for: problem)
        let key = runner.key([problem])
        try choices.choose(kernels: names, for: key)
        let cuts = PlanChoices.stepCandidates(for: [problem], workers: workers, all: true)
        try choices.choose(try #require(cuts.randomElement(using: &random)), for: key)
      }
      let times = runner.run(choices)
      #expect(Set(times.operations.keys) == Set(runner.problems))
      for problem in runner.problems {
        #expect(times.wall(of: [problem], workers: workers) ?? 0 > 0, "\(problem)")
      }
    }
  }

  @Test(arguments: [
    "add:ic3ih4", "from-planar:ic16ih1iw3", "to-planar:ic16ih1iw3",
    "ic3ih8oc16kh3sh2ph1+nhwc", "ic16ih8oc16kh5ph2", "g48ic48ih8oc48kh11ph5",
    "g48ic48ih8oc48kh7ph3+relu", "attention:ic192ih4hd64",
  ]) func whatNoPlanHasIsNotRun(text: String) throws {
    let problem = try Self.problem(text)
    #expect(TrialRunner.obstacle(to: problem, on: InstructionSet.best) == .noKernel)
  }

  @Test(arguments: ["ic8192ih1oc16kh1", "ic16ih1oc8192kh1"])
  func theLargestIsRun(text: String) throws {
    #expect(TrialRunner.obstacle(to: try Self.problem(text), on: InstructionSet.best) == nil)
  }

  @Test(arguments: [
    ("ic16384ih1oc16kh1", "16384 channels"), ("ic16ih1oc8193kh1", "8193 channels"),
    ("ic1ih4096oc1kh1", "a map of 268435456 values"),
    ("attention:ic96ih512iw256hd32", "1099511627776 multiply-adds"),
  ]) func whatNoNetworkHasIsTooLarge(text: String, found: String) throws {
    let obstacle = TrialRunner.obstacle(to: try Self.problem(text), on: InstructionSet.best)
    guard case .tooLarge(found, _) = obstacle else {
      Issue.record("\(String(describing: obstacle))")
      return
    }
  }
}
