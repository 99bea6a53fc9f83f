import FastViTCatalogue
import FastViTCommandLine
import FastViTOperations
import FastViTScheduler
import Synchronization
import Testing

@testable import FastViTBench

/// The results of kernels are compared with the reference's before they are timed.
@Suite struct WorkloadTests {
  private let team = Team(workerCount: 1)

  private func problem(_ text: String) throws -> OperationProblem {
    try NamedProblem(parsing: text).problem
  }

  /// A slow kernel that computes the right values, which `disturb` may change.
  private func pointwise(
    vectors: Int = 1, disturb: @escaping @Sendable (UnsafeMutablePointer<Float>) -> Void = { _ in }
  ) -> PointwiseKernel {
    PointwiseKernel(
      name: "pointwise_f32_1x\(vectors)v_bias", instructionSet: .portable, rows: 1,
      vectors: vectors, epilogue: .bias, registers: 1, loadsPerMultiplyAdd: 1
    ) { rows, panels, depth, input, inputPitch, weights, bias, _, _, output, outputPitch in
      let width = vectors * 8
      let input = input.assumingMemoryBound(to: Float.self)
      let weights = weights.assumingMemoryBound(to: Float.self)
      let bias = bias.assumingMemoryBound(to: Float.self)
      let output = output.assumingMemoryBound(to: Float.self)
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

  /// A problem that only `kernels` can do.
  private func workload(_ text: String, _ kernels: [PointwiseKernel]) throws -> Workload {
    try Workload(
      problem(text), on: .portable, from: KernelCatalogue().adding(kernels), team: team)
  }

  private func mismatch(
    _ text: String, parts: Int = 1,
    disturb: @escaping @Sendable (UnsafeMutablePointer<Float>) -> Void = { _ in }
  ) throws -> String? {
    let workload = try workload(text, [pointwise(disturb: disturb)])
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
    // A surplus lane, a negative zero in one, the value after the last pixel, the one before the first.
    #expect(try mismatch(text) { $0[20] = 1 } != nil)
    #expect(try mismatch(text) { $0[20] = -0.0 } != nil)
    #expect(try mismatch(text) { $0[6 * 32] = 0 } != nil)
    #expect(try mismatch(text) { $0[-1] = 0 } != nil)
    // A value between the padded channels and the next pixel.
    #expect(try mismatch("ic1ih2oc128kh1") { $0[128] = 0 } != nil)
    #expect(try mismatch("ic1ih2oc128kh1") == nil)
  }

  @Test func valuesThatAreNotWrittenAreFound() throws {
    let lazy = PointwiseKernel(
      name: "lazy", instructionSet: .portable, rows: 1, vectors: 1, epilogue: .bias, registers: 1,
      loadsPerMultiplyAdd: 1
    ) { _, _, _, _, _, _, _, _, _, _, _ in }
    let workload = try workload("ic5ih3oc20kh1", [lazy])
    #expect(workload.mismatch(workload.candidates[0], on: team)?.contains("value 0") == true)
  }

  /// Problems by every kernel of this machine that can do them, on one worker and on several.
  @Test(arguments: [
    "ic4ih3oc57kh1+gelu", "ic4ih2oc40kh1+residual", "g40ic40ih9oc40kh7ph3",
    "g24ic24ih9oc48kh3sh1ph1", "ic3ih9oc50kh3sh2ph1", "ic3ih9oc48kh3sh2ph1+nhwc",
    "attention:ic192ih4hd32", "pool:ic70ih2", "scale:ic9ih3+gelu", "gelu:ic9ih3",
    "from-planar:ic20ih3", "to-planar:ic20ih3",
  ]) func everyOperationIsHeldAgainstTheReference(text: String) throws {
    let workload = try Workload(problem(text), on: .best)
    #expect(!workload.candidates.isEmpty)
    for parts in [1, 3] {
      let team = Team(workerCount: parts)
      #expect(throws: Never.self) { try workload.check(workload.candidates, on: team) }
    }
  }

  @Test func wrongKernelsEndTheRun() throws {
    let workload = try workload("ic5ih3oc20kh1", [pointwise { $0[3] = 7 }])
    let failure = #expect(throws: CommandFailure.self) {
      try workload.check(workload.candidates, on: team)
    }
    #expect(failure?.exitCode == .checkFailed)
    #expect(
      failure?.message.hasSuffix(
        "`fastvit-bench ops --isa portable --kernel pointwise_f32_1x1v_bias 'ic5ih3oc20oh3kh1'`")
        == true)
  }

  /// A kernel with a tile of four rows computes three pixels one by one.
  @Test func aTileMustFit() throws {
    let kernels = KernelCatalogue.generated.kernels(PointwiseKernel.self).filter {
      $0.rows == 4 && $0.instructionSet == .portable
    }
    #expect(try workload("ic4ih2oc16kh1", kernels).candidates.map(\.hasTile) == [true])
    #expect(try workload("ic4ih1iw3oc16kh1", kernels).candidates.map(\.hasTile) == [false])
  }

  @Test func layersAreSplitAmongWidths() throws {
    let kernels = [3, 2, 1].map { pointwise(vectors: $0) }
    let problem = try problem("ic5ih3oc57kh1")
    func splits(_ kernels: [PointwiseKernel]) -> [[String]] {
      problem.operation.coverage(
        of: problem, on: .portable, in: KernelCatalogue().adding(kernels)
      ).map(\.names)
    }
    #expect(
      splits(kernels)[0] == ["pointwise_f32_1x3v_bias*2", "pointwise_f32_1x2v_bias"])
    #expect(splits([kernels[0]]).isEmpty, "nothing does the rest")
    let workload = try workload("ic5ih3oc57kh1", kernels)
    #expect(workload.candidates.count == 3)
    for parts in 1...5 {
      for candidate in workload.candidates {
        #expect(workload.mismatch(candidate, on: Team(workerCount: parts)) == nil)
      }
    }
  }

  /// On every instruction set that is built, whether or not this machine has it, because no kernel is run.
  @Test func picksAreTheCatalogues() throws {
    let sets = InstructionSet.all.filter {
      !KernelCatalogue.generated.all(on: $0).isEmpty
    }
    for set in sets {
      for text in [
        "ic4ih3oc57kh1+gelu", "ic4ih1oc20kh1", "g8ic8ih14oc8kh7ph3", "g8ic8ih9oc16kh3sh1ph1",
        "ic3ih9oc50kh3sh2ph1", "attention:ic96ih4hd32", "attention:ic96ih6hd32", "pool:ic9ih2",
        "scale:ic9ih2+gelu", "gelu:ic9ih2", "from-planar:ic9ih2", "to-planar:ic9ih2",
      ] {
        let problem = try problem(text)
        let picks = Workload(problem, on: set).candidates.filter(\.isPick)
        let expected = try #require(problem.chosen(on: [set], in: .generated))
        #expect(picks.map(\.kernels) == [expected.kernels], "\(text) \(set)")
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
