import Foundation
import Testing

@testable import FastViTKernelGenerator

/// The scan of machine code: it must find every fault that it looks for.
@Suite struct AssemblyScanTests {
  private let scan = AssemblyScan(dialect: .x86(register: "zmm"))

  private func kernel(_ hotLoop: HotLoop?) -> KernelListing {
    KernelListing(
      name: "pointwise_f32_2x2v_bias", descriptor: "PointwiseKernel", instructionSet: "avx512",
      tile: "2x2v", epilogue: "bias", registers: 6, registersAvailable: 32,
      loadsPerMultiplyAdd: 1, hotLoop: hotLoop, arguments: [:])
  }

  /// A function with a loop over channels inside a loop over rows; `body` is that of the inner loop.
  private func disassembly(_ body: [String], symbol: String = "23pointwise_f32_2x2v_bias4rows")
    -> String
  {
    var lines = [
      "x.o:\tfile format elf64-x86-64", "", "0000000000000000 <$s20FastViTKernelsAVX512\(symbol)>:",
    ]
    var address = 0
    func add(_ text: String) {
      let digits = String(address, radix: 16)
      lines.append(String(repeating: " ", count: 8 - digits.count) + digits + ":      \t" + text)
      address += 4
    }
    add("pushq\t%rbp")
    let rows = address
    add("movq\t-48(%rbp), %rcx")
    let channels = address
    for line in body { add(line) }
    // As the compiler lays loops out: the inner loop's exit jumps back to the outer loop, and the jump
    // to the next turn stands after it.
    add("je\t0x\(String(rows, radix: 16)) <f+0x4>")
    add("jmp\t0x\(String(channels, radix: 16)) <f+0x8>")
    add("retq")
    return lines.joined(separator: "\n") + "\n"
  }

  private let products = (0..<4).map { "vfmadd231ps\t%zmm1, %zmm2, %zmm\($0 + 4)" }

  private func complaints(_ body: [String], _ hotLoop: HotLoop = HotLoop(multiplyAdds: 4))
    -> [String]
  {
    scan.check(disassembly(body), against: [kernel(hotLoop)]).complaints
  }

  @Test func plannedLoopsPass() {
    #expect(complaints(products) == [])
    #expect(complaints(products + products) == [], "unrolled")
    #expect(complaints(products + ["movq\t8(%rsp), %rax"]) == [], "an address for four products")
  }

  @Test func missingProductsAreSeen() {
    #expect(complaints(Array(products.dropLast())).count == 1)
    #expect(complaints(products + products.dropLast()).count == 1)
    let halves = products.map { $0.replacing("%zmm", with: "%ymm") }
    #expect(complaints(halves).first?.contains("loops with no multiply-adds") == true)
    // Conditional products may be outside the loop.
    #expect(complaints(Array(products.dropLast()), HotLoop(multiplyAdds: 4, conditional: 1)) == [])
  }

  @Test func callsAndSpillsAreSeen() {
    #expect(complaints(products + ["callq\t0x0 <f>"]).first?.contains("calls a function") == true)
    let spill = products + ["vmovups\t%zmm4, 64(%rsp)"]
    #expect(complaints(spill).first?.contains("uses the stack 1 times") == true)
    #expect(complaints(spill, HotLoop(multiplyAdds: 4, stackAccesses: 0.25)) == [])
    #expect(
      complaints(
        spill + ["vmovups\t64(%rbp), %zmm4"], HotLoop(multiplyAdds: 4, stackAccesses: 0.25)
      ).count == 1)
    #expect(complaints(products + ["movq\t8(%rsp), %rax", "movq\t8(%rsp), %rbx"]).count == 1)
  }

  @Test func nothingFollowsAJumpButItsTarget() {
    let lines = [
      "f.o:\tfile format elf64-x86-64", "0000000000000000 <f>:", " 0: \tjmp\t0x8 <f+0x8>",
      " 4: \tje\t0x0 <f>", " 8: \tretq",
    ]
    let functions = MachineFunction.all(in: lines.joined(separator: "\n"))
    let flow = ControlFlow(functions[0].instructions)
    #expect(flow.blocks == [0..<1, 1..<2, 2..<3] && flow.successors == [[2], [2, 0], []])
  }

  @Test func polynomialsAreNoHotLoops() {
    let polynomial = products.map { $0.replacing("231", with: "213") }
    #expect(complaints(polynomial).count == 1)
  }

  @Test func missingFunctionsAreSeen() {
    let other = disassembly(products, symbol: "23pointwise_f32_9x2v_bias4rows")
    let outcome = scan.check(other, against: [kernel(HotLoop(multiplyAdds: 4))])
    #expect(outcome.complaints == ["pointwise_f32_2x2v_bias: its code was not found"])
    #expect(outcome.kernelsChecked == 0)
  }

  @Test func sharedCodeIsFound() {
    let thunk = """
      x.o:\tfile format elf64-x86-64
      0000000000000000 <$s20FastViTKernelsAVX51223pointwise_f32_2x2v_bias4rows>:
             0:      \tcallq\t0x5 <f+0x5>
             4:      \tretq

      """
    let plan = [kernel(HotLoop(multiplyAdds: 4))]
    #expect(scan.check(thunk, against: plan).complaints.count == 1)
    let merged = disassembly(products, symbol: "23pointwise_f32_2x2v_relu4rowsTm")
    #expect(scan.check(thunk + merged, against: plan).complaints == [])
    let helper = disassembly(products, symbol: "10computeRow")
    #expect(scan.check(thunk + helper, against: plan).complaints == [])
    let elsewhere = helper.replacing("x.o:", with: "y.o:")
    #expect(scan.check(thunk + elsewhere, against: plan).complaints.count == 1)
  }

  /// Only kernels of the given instruction set are compared with the plan, and complaints decide the exit
  /// status.
  @Test func theScanIsACommand() throws {
    let plan = KernelPlan(families: [
      PointwiseFamily(
        rows: [Target.avx512, .avx2].map {
          PointwiseRow(target: $0, rows: 2, vectors: 2, unroll: 1, epilogues: [.bias])
        })
    ])
    var said: [String] = []
    func status(_ body: [String]) throws -> Int32 {
      try Kernelgen.scan(
        disassembly(body), plan, .avx512, say: { said.append($0) }, complain: { said.append($0) })
    }
    #expect(try status(products) == 0)
    #expect(said == ["avx512: 1 kernels, of which 1 with planned hot loops, 0 complaints"])
    #expect(try status(Array(products.dropLast())) == 1)
    #expect(said.count == 3 && said.last?.hasSuffix("1 complaints") == true)
  }

  @Test func kernelsAreListedInTwoForms() throws {
    func listing(_ words: String...) throws -> String {
      var said: [String] = []
      #expect(try Kernelgen.run(words, say: { said.append($0) }, complain: { _ in }) == 0)
      return said.joined()
    }
    let kernels = try KernelListing.all(of: .committed)
    let read = try JSONDecoder().decode(
      [KernelListing].self, from: Data(listing("list", "--json").utf8))
    #expect(read.map(\.name) == kernels.map(\.name))
    let lines = try listing("list").split(separator: "\n")
    #expect(lines.first?.hasPrefix("kernel ") == true && lines.count == kernels.count + 1)
  }

  @Test func committedPlanDescribesHotLoops() throws {
    let kernels = try KernelListing.all(of: .committed)
    for kernel in kernels where kernel.descriptor == "PointwiseKernel" {
      #expect(kernel.hotLoop?.stackAccesses == 0)
    }
    #expect(kernels.contains { $0.hotLoop == nil })
  }
}
