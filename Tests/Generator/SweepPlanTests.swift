import FastViTOperations
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTKernelGenerator

/// The options of a sweep, and the tiles that it tries.
@Suite struct SweepPlanTests {
  private let pointwise = ["--family", "pointwise", "--shapes", "shapes.txt"]

  private func problems(_ texts: String...) throws -> [NamedProblem] {
    try texts.map { try NamedProblem(parsing: $0) }
  }

  @Test(arguments: [
    ("8", [8]), ("4...6", [4, 5, 6]), ("1,2,4", [1, 2, 4]), ("4,1...2,2", [1, 2, 4]), ("64", [64]),
  ])
  func numbers(text: String, expected: [Int]) throws {
    #expect(try SweepOptions.numbers(text, of: "rows") == expected)
  }

  @Test(arguments: ["", "0", "-1", "+4", "6...4", "4...", "4..6", "1...2...3", "1,,2", "65", "x"])
  func otherTextsAreNoNumbers(text: String) {
    #expect {
      try SweepOptions(pointwise + ["--rows", text])
    } throws: { error in
      (error as? SweepFailure)?.code == .usage && "\(error)".hasPrefix("'--rows' is '\(text)'")
    }
  }

  @Test func everythingHasADefaultButFamilyAndShapes() throws {
    let options = try SweepOptions(pointwise)
    #expect(options["rows"] == Array(4...14) && options["unroll"] == [1, 2, 4])
    #expect(options.timeLimit == 900 && options.root == nil && options["width"].isEmpty)
    #expect(options.target.instructionSet == Target.runnable[0].instructionSet)
  }

  @Test func onlyWhatTheMachineHasIsSwept() throws {
    #expect(Target.runnable.map(\.instructionSet) == InstructionSet.available)

    let targets = [Target.avx2, .portable]
    #expect(try SweepOptions(pointwise, targets: targets).target.instructionSet == .avx2)
    let chosen = try SweepOptions(pointwise + ["--isa", "portable"], targets: targets)
    #expect(chosen.target.instructionSet == .portable)
    let expected = "expected one of avx2, portable; see kernelgen sweep --help"
    for (word, found) in [
      ("avx512", "this machine or its system has no avx512"), ("sse", "'--isa' is 'sse'"),
    ] {
      #expect(throws: SweepFailure(.usage, "\(found), \(expected)")) {
        try SweepOptions(pointwise + ["--isa", word], targets: targets)
      }
    }
  }

  @Test(arguments: [
    (["--shapes", "a"], "'--family' is missing, expected one of pointwise, depthwise"),
    (["--family", "stem", "--shapes", "a"], "'--family' is 'stem', expected one of"),
    (["--family", "pointwise"], "'--shapes FILE' is missing"),
    (["--family", "pointwise", "--shapes", "a", "--width", "4"], "'--width' is no option"),
    (["--family", "pointwise", "--shapes", "a", "--isa", "sse"], "'--isa' is 'sse', expected"),
    (["--family", "pointwise", "--shapes", "a", "--time-limit", "0"], "'--time-limit' is '0'"),
    (["--family", "pointwise", "--shapes", "a", "--rows"], "'--rows' needs a value"),
    (["--family", "pointwise", "--shapes", "a", "--shapes", "b"], "'--shapes' is given twice"),
    (["--family", "pointwise", "--shapes", "a", "--time-limit", "86401"], "'--time-limit' is"),
    (["all"], "unexpected argument 'all'"),
    (
      ["--family", "pointwise", "--shapes", "a", "--rows", "1...64", "--vectors", "1...64"],
      "these are 12288 tiles, expected at most 4096"
    ),
  ])
  func usageErrorsAreOneLine(words: [String], expected: String) {
    #expect {
      try SweepOptions(words)
    } throws: { error in
      (error as? SweepFailure)?.code == .usage && "\(error)".hasPrefix(expected)
        && !"\(error)".contains("\n")
    }
  }

  /// A feature map as large as the tile is large enough; problems of another geometry are left out.
  @Test func problemsAreThoseThatTheTilesCanDo() throws {
    func timed(_ words: [String], of texts: String...) throws -> [String] {
      let options = try SweepOptions(words + ["--shapes", "a", "--isa", "portable"])
      let problems = try texts.map { try NamedProblem(parsing: $0) }
      return try SweepPlan(options, problems: problems).problems.map(\.description)
    }
    #expect(
      try timed(
        ["--family", "pointwise", "--rows", "8", "--vectors", "1", "--unroll", "1"],
        of: "ic5ih2iw4oc20kh1", "ic5ih1iw7oc20kh1") == ["ic5ih2iw4oc20oh2ow4kh1"])
    #expect(
      try timed(
        ["--family", "depthwise", "--kernel", "3", "--width", "8", "--height", "1"],
        of: "g20ic20ih8oc20kh3ph1", "g20ic20ih7oc20kh3ph1", "g20ic20ih16oc20kh3sh2ph1",
        "g20ic20ih8oc40kh3ph1") == ["g20ic20ih8oc20oh8kh3ph1"])
  }

  @Test func helpNeedsNothingElse() throws {
    var said: [String] = []
    let status = try Kernelgen.run(
      ["sweep", "--help"], say: { said.append($0) }, complain: { _ in })
    #expect(status == 0 && said == [SweepOptions.usage])
  }

  @Test func missingFilesAreSaidBeforeAnythingIsBuilt() throws {
    let folder = try ScratchFolder()
    #expect {
      try Kernelgen.run(["sweep", "--family", "pointwise", "--shapes", folder.file("none")])
    } throws: { ($0 as? SweepFailure)?.code == .noInput }
  }

  #if arch(x86_64)
    @Test func tilesAreTriedKnownOrRefused() throws {
      let words = ["--rows", "8...9", "--vectors", "2...3", "--unroll", "1,2", "--isa", "avx512"]
      let sweep = try SweepPlan(
        SweepOptions(pointwise + words, targets: Target.all),
        problems: problems("ic48ih64oc144kh1+gelu"))
      #expect(
        sweep.candidates == [
          "pointwise_f32_8x2v_k1", "pointwise_f32_9x2v_k1", "pointwise_f32_9x2v_k2",
          "pointwise_f32_8x3v_k1", "pointwise_f32_9x3v_k1",
        ])
      #expect(sweep.known == ["pointwise_f32_8x2v_k2", "pointwise_f32_8x3v_k2"])
      #expect(
        sweep.refused == [
          .tooManyRegisters(
            kernel: "pointwise_f32_9x3v_k2", needed: 35, available: 32,
            reason: "9 × 3 sums, 2 × (3 weights + 1 broadcast input)")
        ])
    }

    @Test func depthwiseTilesNeedAGeometry() throws {
      let words = ["--family", "depthwise", "--shapes", "a", "--isa", "avx512"]
      let sweep = try SweepPlan(
        SweepOptions(
          words + ["--width", "3,8...9", "--height", "2", "--loops", "4"], targets: Target.all),
        problems: problems("g48ic48ih64oc48kh7ph3", "g48ic48ih64oc48kh3ph1", "ic48ih64oc48kh1"))
      #expect(sweep.problems.map(\.problem.description) == ["g48ic48ih64oc48oh64kh7ph3"])
      #expect(
        sweep.candidates == ["depthwise7x7s1_f32_3x2x1v_l4", "depthwise7x7s1_f32_9x2x1v_l4"])
      #expect(sweep.known == ["depthwise7x7s1_f32_8x2x1v_l4"])
    }

    /// Tiles of the same extents may differ in groups per turn, or in loops.
    @Test func groupsAndLoopsAreAxes() throws {
      let words = [
        "--rows", "4", "--vectors", "3", "--unroll", "1", "--groups", "1,4", "--isa", "avx2",
      ]
      let products = try SweepPlan(
        SweepOptions(pointwise + words, targets: Target.all),
        problems: problems("ic48ih64oc144kh1+gelu"))
      #expect(products.candidates == ["pointwise_f32_4x3v_k1"])
      #expect(products.known == ["pointwise_f32_4x3v_k1x4"])
      let tiles = [
        "--width", "8", "--height", "1", "--vectors", "1,2", "--loops", "1,4", "--isa", "avx2",
      ]
      let depthwise = try SweepPlan(
        SweepOptions(["--family", "depthwise", "--shapes", "a"] + tiles, targets: Target.all),
        problems: problems("g48ic48ih64oc48kh7ph3"))
      #expect(
        depthwise.candidates == [
          "depthwise7x7s1_f32_8x1x1v_l1", "depthwise7x7s1_f32_8x1x1v_l4",
          "depthwise7x7s1_f32_8x1x2v_l1",
        ])
      #expect(depthwise.known == ["depthwise7x7s1_f32_8x1x2v_l4"])
      #expect(depthwise.refused == [])
      #expect(Set(depthwise.files.map(\.path)).count == depthwise.files.count)
    }

    /// The lists of the catalogue are the committed ones, and the candidates have the epilogues that the
    /// problems need.
    @Test func filesKeepCandidatesFromTheDispatcher() throws {
      let words = ["--rows", "9", "--vectors", "2", "--unroll", "4", "--isa", "avx512"]
      let sweep = try SweepPlan(
        SweepOptions(pointwise + words, targets: Target.all),
        problems: problems("ic48ih64oc144kh1+gelu", "ic48ih1oc144kh1+sigmoid"))
      let texts = Dictionary(uniqueKeysWithValues: sweep.files.map { ($0.path, $0.text) })
      let kernel = try #require(texts["Kernels/AVX512/pointwise_f32_9x2v_k4.swift"])
      #expect(kernel.contains("package func pointwise_f32_9x2v_gelu_k4("))
      #expect(!kernel.contains("sigmoid"))
      let list = try #require(texts[SweptKernelList.path])
      #expect(list.contains("import FastViTKernelsAVX512\n"))
      #expect(list.contains("KernelCatalogue().adding([PointwiseKernel]([\n"))
      #expect(list.contains("function: FastViTKernelsAVX512.pointwise_f32_9x2v_gelu_k4),"))
      let lists = texts.filter { $0.key.hasPrefix(CatalogueEmitter.folder) }
      #expect(lists.values.allSatisfy { !$0.contains("9x2v") })
      let path = CatalogueEmitter.folder + "/PointwiseKernel+AVX512.swift"
      let committed = try KernelPlan.committed.files().first { $0.path == path }
      #expect(committed != nil && lists[path] == committed?.text)
    }

    @Test func nothingToTryIsAnError() throws {
      func code(_ words: [String], _ problem: String) throws -> SweepFailure.Code? {
        let options = try SweepOptions(
          pointwise + ["--isa", "avx512"] + words, targets: Target.all)
        let problems = try problems(problem)
        do throws(SweepFailure) {
          _ = try SweepPlan(options, problems: problems)
          return nil
        } catch {
          return error.code
        }
      }
      let gelu = "ic48ih64oc144kh1+gelu"
      #expect(try code([], gelu) == nil)
      #expect(try code([], "pool:ic48ih64") == .data)
      #expect(try code([], "ic48ih1oc48kh1") == .data)
      #expect(try code(["--rows", "8", "--vectors", "3", "--unroll", "2"], gelu) == .usage)
      #expect(try code(["--rows", "40"], gelu) == .usage)
    }
  #endif
}
