import KernelContract

/// Looks at the machine code of kernels for what a toolchain could silently ruin: whether the hot loop
/// holds the planned multiply-adds, calls nothing, and keeps everything in registers.
struct AssemblyScan {
  /// What a disassembler's lines look like for one instruction set.
  struct Dialect: Sendable {
    /// A multiply-add of whole vectors.
    let isMultiplyAdd: @Sendable (Substring) -> Bool
    let isCall: @Sendable (Substring) -> Bool
    /// A load from or a store to the stack.
    let touchesStack: @Sendable (Substring) -> Bool
    /// An instruction with a vector register.
    let isVector: @Sendable (Substring) -> Bool

    static func x86(register: String) -> Dialect {
      Dialect(
        isMultiplyAdd: {
          $0.hasPrefix("vfmadd") && $0.contains("ps\t") && $0.contains("%" + register)
        },
        isCall: { $0.hasPrefix("call") },
        touchesStack: { $0.contains("(%rsp") || $0.contains("(%rbp") },
        isVector: { $0.contains("mm") })
    }

    static let arm = Dialect(
      isMultiplyAdd: { $0.hasPrefix("fmla") && $0.contains("4s") },
      isCall: { $0.hasPrefix("bl\t") || $0.hasPrefix("blr") },
      touchesStack: { $0.contains("[sp") || $0.contains("[x29") },
      isVector: { text in
        let operands = text.drop { $0 != "\t" }.dropFirst()
        return operands.hasPrefix("q") || operands.hasPrefix("v") || operands.hasPrefix("{")
      })

    /// Nil for instruction sets whose multiply-adds are not one instruction.
    static func of(_ instructionSet: InstructionSet) -> Dialect? {
      switch instructionSet {
      case .avx512: x86(register: "zmm")
      case .avx2: x86(register: "ymm")
      case .neon: arm
      case .portable: nil
      }
    }
  }

  let dialect: Dialect

  /// Kernels whose code was found, and everything that is not as planned.
  struct Outcome: Equatable {
    var kernelsChecked = 0
    /// Kernels of these whose hottest loop the plan describes.
    var hotLoopsChecked = 0
    var complaints: [String] = []
  }

  /// Holds the output of `llvm-objdump -d --no-show-raw-insn` against what the plan says.
  func check(_ disassembly: String, against kernels: [KernelListing]) -> Outcome {
    let functions = MachineFunction.all(in: disassembly)
    var outcome = Outcome()
    for kernel in kernels {
      let mark = "\(kernel.name.utf8.count)\(kernel.name)"
      guard let own = functions.first(where: { $0.symbol.contains(mark) && !$0.isMerged }) else {
        outcome.complaints.append("\(kernel.name): its code was not found")
        continue
      }
      let function = own.body(of: kernel.name, among: functions)
      outcome.kernelsChecked += 1
      outcome.complaints += complaints(function).map { "\(kernel.name): \($0)" }
      if let planned = kernel.multiplyAddsPerTurn {
        outcome.hotLoopsChecked += 1
        outcome.complaints += hotLoopComplaints(function, planned).map { "\(kernel.name): \($0)" }
      }
    }
    return outcome
  }

  /// Loops with products in which something is called.
  private func complaints(_ function: MachineFunction) -> [String] {
    function.innermostLoops.filter { loop in
      loop.contains { dialect.isMultiplyAdd($0) } && loop.contains { dialect.isCall($0) }
    }.map { _ in "a loop of multiply-adds calls a function" }
  }

  private func hotLoopComplaints(_ function: MachineFunction, _ planned: Int) -> [String] {
    let counts = function.innermostLoops.map { loop in
      let stack = loop.filter(dialect.touchesStack)
      return (
        multiplyAdds: loop.count { dialect.isMultiplyAdd($0) },
        spilledVectors: stack.count { dialect.isVector($0) }, stackAccesses: stack.count
      )
    }
    let hot = counts.filter { $0.multiplyAdds >= planned && $0.multiplyAdds % planned == 0 }
    guard !hot.isEmpty else {
      let found = counts.map(\.multiplyAdds).filter { $0 > 0 }.map(String.init)
      return [
        "found loops with \(found.isEmpty ? "no" : found.joined(separator: ", ")) multiply-adds, "
          + "expected one with \(planned) or a multiple"
      ]
    }
    // An address that is read again for every fourth product costs nothing, a vector always does.
    return hot.filter { $0.spilledVectors > 0 || $0.stackAccesses > $0.multiplyAdds / 4 }.map {
      "the loop of \($0.multiplyAdds) multiply-adds uses the stack \($0.stackAccesses) times, "
        + "for vectors \($0.spilledVectors) times"
    }
  }
}
