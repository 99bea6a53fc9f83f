import FastViTOperations
import FastViTTestSupport
import Testing

@testable import FastViTKernelGenerator

@Suite struct DepthwisePlanTests {
  private func family(
    _ target: Target, kernel: Int, stride: Int = 1, multiplier: Int = 1, _ width: Int,
    _ height: Int,
    vectors: Int = 1, loops: Int = 1
  ) -> DepthwiseFamily {
    DepthwiseFamily(rows: [
      DepthwiseRow(
        target: target, kernel: kernel, stride: stride, multiplier: multiplier,
        width: width, height: height, vectors: vectors, loops: loops)
    ])
  }

  /// Adding a kernel size is one row: the row, emitted, is the committed text. To accept a change of the
  /// emitter, read the difference and replace the snapshot.
  @Test func aNewSizeMakesTheSnapshot() throws {
    let files = try family(.avx512, kernel: 5, 6, 2).files(for: .avx512)
    #expect(files.map(\.path) == ["Kernels/AVX512/depthwise5x5s1_f32_6x2x1v.swift"])
    let snapshot = try String(
      contentsOfFile: RepositoryFiles.path(
        "Tests/Generator/Snapshots/depthwise5x5s1_f32_6x2x1v.swift"),
      encoding: .utf8)
    #expect(files.first?.text == snapshot)
  }

  /// Four loops, one per case of edges, leave nothing on the stack where all operands fit the registers.
  @Test func fourLoopsKnowTheirEdges() throws {
    let family = family(.avx2, kernel: 7, 8, 1, loops: 4)
    let text = try #require(try family.files(for: .avx2).first?.text)
    for edges in ["true, hasRight: true", "true, hasRight: false", "false, hasRight: true"] {
      #expect(text.contains("let edges = Edges(hasLeft: \(edges))"))
    }
    #expect(!text.contains("hasLeft: x > 0"))
    #expect(try family.entries(for: .avx2).first?.hotLoop?.stackAccesses == 0)
    let spilling = self.family(.avx2, kernel: 7, 6, 2, loops: 4)
    #expect(try spilling.entries(for: .avx2).first?.hotLoop?.stackAccesses != 0)
  }

  /// Six loops also tell apart whether an even width has one more column.
  @Test func sixLoopsKnowEvenWidths() throws {
    let family = family(.avx512, kernel: 7, stride: 2, multiplier: 2, 8, 1, loops: 6)
    let text = try #require(try family.files(for: .avx512).first?.text)
    #expect(text.contains("switch (x > 0, x < lastTile, width % 2 == 0) {"))
    for edges in ["true, _", "false, true", "false, false"] {
      #expect(text.contains("case (true, \(edges)):") && text.contains("case (false, \(edges)):"))
    }
    #expect(!text.contains("hasNext: width"))
    #expect(try family.entries(for: .avx512).first?.hotLoop?.stackAccesses == 0)
  }

  /// By definition, these are the products with columns left of the first window's centre or right of the
  /// last window's.
  @Test(arguments: [
    (7, 1, 1, 8), (7, 2, 2, 4), (7, 2, 1, 8), (3, 1, 1, 8), (3, 2, 2, 4), (5, 2, 1, 6),
    (1, 1, 1, 4),
  ]) func productsAtEdgesDependOnConditions(
    kernel: Int, stride: Int, multiplier: Int, width: Int
  ) throws {
    let columns = (0..<width).flatMap { x in (0..<kernel).map { x * stride + $0 - kernel / 2 } }
    let conditional = columns.count { $0 < 0 || $0 > stride * (width - 1) }
    let family = family(.avx512, kernel: kernel, stride: stride, multiplier: multiplier, width, 1)
    #expect(
      try family.entries(for: .avx512).first?.hotLoop
        == HotLoop(
          multiplyAdds: columns.count * multiplier, conditional: conditional * multiplier,
          stackAccesses: 1))
  }

  /// With few registers, each weight is also read from the stack. Where no input row is seen by all output
  /// rows, no hot loop is planned.
  @Test func stackAndLoopsArePlanned() throws {
    let one = try family(.avx2, kernel: 3, 8, 1).entries(for: .avx2)
    #expect(one.map(\.hotLoop?.stackAccesses) == [1.125, nil])
    let strided = try family(.avx512, kernel: 3, stride: 2, 8, 2).entries(for: .avx512)
    #expect(strided.allSatisfy { $0.hotLoop == nil })
  }

  /// The vectors of a cache line are computed one after another, and the kernel's name says so.
  @Test func vectorsOfALineFollowEachOther() throws {
    let family = family(.avx2, kernel: 3, stride: 2, 8, 1, vectors: 2)
    let file = try #require(try family.files(for: .avx2).first)
    #expect(file.path == "Kernels/AVX2/depthwise3x3s2_f32_8x1x2v.swift")
    #expect(file.text.contains("for first in stride(from: 0, to: vectors, by: 2) {"))
    #expect(file.text.contains("for vector in first..<end {"))
    #expect(try family.entries(for: .avx2).first?.tile == "8x1x2v")
  }

  /// Weights need no registers where a multiply-add can read them from memory.
  @Test(arguments: [
    (Target.avx512, 16, 2, 34), (.avx2, 8, 2, 18), (.neon, 9, 2, 33),
  ])
  func aRowThatDoesNotFitIsRefused(target: Target, width: Int, height: Int, needed: Int) {
    let family = family(target, kernel: 7, width, height)
    let weights = target.instructionSet == .neon ? 14 : 1
    #expect(
      throws: KernelPlanError.tooManyRegisters(
        kernel: "depthwise7x7s1_f32_\(width)x\(height)x1v", needed: needed,
        available: target.registers,
        reason: "\(width * height) sums, \(weights) weights, 1 input")
    ) { try family.files(for: target) }
  }

  @Test func aRowThatCannotBeIsRefused() {
    let families = [
      family(.avx512, kernel: 4, 8, 2), family(.avx512, kernel: 3, stride: 3, 8, 2),
      family(.avx512, kernel: 3, multiplier: 3, 8, 2), family(.avx512, kernel: 3, 0, 2),
      family(.avx512, kernel: 7, 2, 2), family(.avx512, kernel: 7, 8, 2, loops: 2),
      family(.avx512, kernel: 7, 8, 2, loops: 6),
    ]
    for family in families {
      #expect {
        try family.files(for: .avx512)
      } throws: { error in
        if case KernelPlanError.impossibleTile = error { true } else { false }
      }
    }
  }
}
