import CommandLineTool
import KernelCatalog
import KernelContract
import Scheduler
import Synchronization
import Testing

@testable import fastvit_bench

/// Kernels are held against the reference before they are timed.
@Suite struct WorkloadTests {
  private let team = Team(workerCount: 1)

  private func problem(_ text: String) throws -> OperationProblem {
    try NamedProblem(parsing: text).problem
  }

  /// A slow kernel that is right, and then disturbed.
  private func pointwise(
    vectors: Int = 1, disturb: @escaping @Sendable (UnsafeMutablePointer<Float>) -> Void = { _ in }
  ) -> PointwiseKernel {
    PointwiseKernel(
      name: "pointwise_f32_1x\(vectors)v_bias", instructionSet: .portable, rows: 1,
      vectors: vectors, epilogue: .bias, registers: 1, loadsPerMultiplyAdd: 1
    ) { rows, panels, depth, input, inputPitch, weights, bias, _, _, output, outputPitch in
      let width = vectors * 8
      for row in 0..<rows {
        for lane in 0..<panels * width {
          var sum = bias[lane]
          for k in 0..<depth {
            let weight = weights[(lane / width * depth + k) * width + lane % width]
            sum.addProduct(input[row * inputPitch + k], weight)
          }
          output[row * outputPitch + lane] = sum
        }
      }
      disturb(output)
    }
  }

  private func mismatch(
    _ text: String, parts: Int = 1,
    disturb: @escaping @Sendable (UnsafeMutablePointer<Float>) -> Void = { _ in }
  ) throws -> String? {
    let kernels = KernelSet(instructionSet: .portable, pointwise: [pointwise(disturb: disturb)])
    let workload = try Workload(problem(text), kernels, on: team)
    let candidate = try #require(workload.candidates.first)
    return workload.mismatch(candidate, on: Team(workerCount: parts))
  }

  @Test(arguments: [1, 2, 3, 7]) func rightKernelsPass(_ parts: Int) throws {
    for text in ["ic5ih3iw2oc20kh1", "ic1ih1oc1kh1", "ic3ih1oc130kh1"] {
      #expect(try mismatch(text, parts: parts) == nil, "\(text)")
    }
  }

  @Test func everyWrongByteIsFound() throws {
    let text = "ic5ih3iw2oc20kh1"
    let wrong = try #require(try mismatch(text) { $0[19] = $0[19].nextUp })
    #expect(wrong.contains("value 19 of the output") && wrong.contains("0x"))
    // A surplus lane, a negative zero in one, what lies behind the last pixel, and in front.
    #expect(try mismatch(text) { $0[20] = 1 } != nil)
    #expect(try mismatch(text) { $0[20] = -0.0 } != nil)
    #expect(try mismatch(text) { $0[6 * 32] = 0 } != nil)
    #expect(try mismatch(text) { $0[-1] = 0 } != nil)
    // Between the padded channels and the next pixel.
    #expect(try mismatch("ic1ih2oc128kh1") { $0[128] = 0 } != nil)
    #expect(try mismatch("ic1ih2oc128kh1") == nil)
  }

  @Test func valuesThatAreNotWrittenAreFound() throws {
    let lazy = PointwiseKernel(
      name: "lazy", instructionSet: .portable, rows: 1, vectors: 1, epilogue: .bias, registers: 1,
      loadsPerMultiplyAdd: 1
    ) { _, _, _, _, _, _, _, _, _, _, _ in }
    let kernels = KernelSet(instructionSet: .portable, pointwise: [lazy])
    let workload = try Workload(problem("ic5ih3oc20kh1"), kernels, on: team)
    #expect(workload.mismatch(workload.candidates[0], on: team)?.contains("value 0") == true)
  }

  /// Whole and shared among workers, by every kernel that this machine has for them.
  @Test(arguments: [
    "ic4ih3oc57kh1+gelu", "ic4ih2oc40kh1+residual", "g40ic40ih9oc40kh7ph3",
    "g24ic24ih9oc48kh3sh1ph1", "ic3ih9oc50kh3sh2ph1", "ic3ih9oc48kh3sh2ph1+nhwc",
    "attention:ic192ih4hd32", "pool:ic70ih2", "scale:ic9ih3+gelu", "gelu:ic9ih3",
    "from-planar:ic20ih3", "to-planar:ic20ih3",
  ]) func everyOperationIsHeldAgainstTheReference(text: String) throws {
    let workload = try Workload(problem(text), KernelSet(KernelCatalog.best), on: team)
    #expect(!workload.candidates.isEmpty)
    for parts in [1, 3] {
      let team = Team(workerCount: parts)
      #expect(throws: Never.self) { try workload.check(workload.candidates, on: team) }
    }
  }

  @Test func wrongKernelsEndTheRun() throws {
    let kernels = KernelSet(instructionSet: .portable, pointwise: [pointwise { $0[3] = 7 }])
    let workload = try Workload(problem("ic5ih3oc20kh1"), kernels, on: team)
    let failure = #expect(throws: CommandFailure.self) {
      try workload.check(workload.candidates, on: team)
    }
    #expect(failure?.exitCode == .checkFailed)
    #expect(
      failure?.message.hasSuffix(
        "`fastvit-bench ops --isa portable --kernel pointwise_f32_1x1v_bias 'ic5ih3oc20oh3kh1'`")
        == true)
  }

  /// A kernel of four rows does three pixels one by one.
  @Test func aTileMustFit() throws {
    var kernels = KernelSet(.portable)
    kernels.pointwise.removeAll { $0.rows != 4 }
    let name = try #require(kernels.pointwise.first?.name)
    #expect(try kernels.hasTile(name, for: NamedProblem(parsing: "ic4ih2oc16kh1").problem))
    #expect(try !kernels.hasTile(name, for: NamedProblem(parsing: "ic4ih1iw3oc16kh1").problem))
  }

  @Test func layersAreSplitAmongWidths() throws {
    let kernels = [3, 2, 1].map { pointwise(vectors: $0) }
    let runs = try #require(panelRuns(8, kernels[0], rest: kernels) { $0.vectors })
    #expect(runs.map(\.panels) == [2, 1] && runs.map(\.firstVector) == [0, 6])
    #expect(runs.map(\.kernel.vectors) == [3, 2])
    #expect(panelRuns(2, kernels[0], rest: kernels) { $0.vectors } == nil)
    #expect(panelRuns(4, kernels[0], rest: [kernels[0]]) { $0.vectors } == nil)
    let set = KernelSet(instructionSet: .portable, pointwise: kernels)
    let workload = try Workload(problem("ic5ih3oc57kh1"), set, on: team)
    #expect(workload.candidates.count == 3)
    for parts in 1...5 {
      for candidate in workload.candidates {
        #expect(workload.mismatch(candidate, on: Team(workerCount: parts)) == nil)
      }
    }
  }

  /// On every instruction set that is built, whether or not this machine has it: nothing is run.
  @Test func picksAreTheCatalogues() throws {
    let sets = KernelContract.InstructionSet.allCases.filter {
      !KernelCatalog.available(on: $0).isEmpty
    }
    for set in sets {
      for text in [
        "ic4ih3oc57kh1+gelu", "ic4ih1oc20kh1", "g8ic8ih14oc8kh7ph3", "g8ic8ih9oc16kh3sh1ph1",
        "ic3ih9oc50kh3sh2ph1", "attention:ic96ih4hd32", "attention:ic96ih6hd32", "pool:ic9ih2",
        "scale:ic9ih2+gelu", "gelu:ic9ih2", "from-planar:ic9ih2", "to-planar:ic9ih2",
      ] {
        let problem = try problem(text)
        let picks = Workload(problem, KernelSet(set), on: team).candidates.filter(\.isPick)
        let expected = KernelCatalog.kernels(for: problem, on: set).map(\.name)
        #expect(picks.map(\.kernels) == [expected], "\(text) \(set)")
      }
    }
  }

  @Test func sharesCoverEverythingOnce() {
    for count in [0, 1, 7, 64] {
      for parts in [1, 2, 3, 9] {
        for step in [1, 2, 8] {
          let shares = (0..<parts).map { share($0, of: parts, count: count, step: step) }
          #expect(shares.flatMap { Array($0) } == Array(0..<count))
          #expect(shares.allSatisfy { $0.lowerBound % step == 0 || $0.isEmpty })
        }
      }
    }
  }
}
