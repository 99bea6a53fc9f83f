import FastViTOperations

/// Checks the machine code of kernels for what a toolchain could silently ruin: whether the hot loop
/// has the planned multiply-adds, calls no function, and keeps everything in registers.
struct AssemblyScan {
  /// What a disassembler's lines look like for one instruction set.
  struct Dialect: Sendable {
    /// A multiply-add of whole vectors.
    let isMultiplyAdd: @Sendable (Substring) -> Bool
    /// A multiply-add whose result is in the register of its sum, as most are in loops of products and few
    /// in polynomials.
    let isInPlace: @Sendable (Substring) -> Bool
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
        isInPlace: { $0.hasPrefix("vfmadd231ps") },
        isCall: { $0.hasPrefix("call") },
        touchesStack: { $0.contains("(%rsp") || $0.contains("(%rbp") },
        isVector: { $0.contains("mm") })
    }

    static let arm = Dialect(
      isMultiplyAdd: { $0.hasPrefix("fmla") && $0.contains("4s") },
      isInPlace: { _ in true },
      isCall: { $0.hasPrefix("bl\t") || $0.hasPrefix("blr") },
      touchesStack: { $0.contains("[sp") || $0.contains("[x29") },
      isVector: { text in
        let operands = text.drop { $0 != "\t" }.dropFirst()
        return operands.hasPrefix("q") || operands.hasPrefix("v") || operands.hasPrefix("{")
      })
  }

  let dialect: Dialect

  /// How many kernels were checked, and everything that is not as planned.
  struct Outcome: Equatable {
    var kernelsChecked = 0
    /// Those of the checked kernels whose hottest loop the plan describes.
    var hotLoopsChecked = 0
    var complaints: [String] = []
  }

  /// Compares the output of `llvm-objdump -d --no-show-raw-insn` with what the plan says.
  func check(_ disassembly: String, against kernels: [KernelListing]) -> Outcome {
    let functions = MachineFunction.all(in: disassembly)
    let marks = kernels.map(Self.mark)
    var outcome = Outcome()
    for kernel in kernels {
      let mark = Self.mark(kernel)
      guard let own = functions.first(where: { $0.symbol.contains(mark) && !$0.isMerged }) else {
        outcome.complaints.append("\(kernel.name): its code was not found")
        continue
      }
      outcome.kernelsChecked += 1
      outcome.complaints += complaints(own).map { "\(kernel.name): \($0)" }
      guard let planned = kernel.hotLoop else { continue }
      outcome.hotLoopsChecked += 1
      let found =
        own.innermostLoops.contains { planned.describes(LoopCounts($0, dialect)) }
        ? [own] : own.companions(of: kernel, among: functions, marks)
      outcome.complaints += hotLoopComplaints(found, planned).map { "\(kernel.name): \($0)" }
    }
    return outcome
  }

  /// The text by which a kernel's mangled symbol is recognised.
  private static func mark(_ kernel: KernelListing) -> String {
    "\(kernel.name.utf8.count)\(kernel.name)"
  }

  /// One complaint per loop that has products and calls a function.
  private func complaints(_ function: MachineFunction) -> [String] {
    function.innermostLoops.filter { loop in
      loop.contains { dialect.isMultiplyAdd($0) } && loop.contains { dialect.isCall($0) }
    }.map { _ in "a loop of multiply-adds calls a function" }
  }

  private func hotLoopComplaints(
    _ functions: [MachineFunction], _ planned: HotLoop
  ) -> [String] {
    let loops = functions.flatMap(\.innermostLoops).map { LoopCounts($0, dialect) }
    let hot = loops.filter { planned.describes($0) }
    guard !hot.isEmpty else {
      let found = loops.map(\.multiplyAdds).filter { $0 > 0 }.map(String.init)
      return [
        "found loops with \(found.isEmpty ? "no" : found.joined(separator: ", ")) multiply-adds, "
          + "expected one with \(planned.multiplyAdds) or a multiple"
      ]
    }
    return hot.filter { !planned.allowsStack($0) }.map {
      "the loop of \($0.multiplyAdds) multiply-adds uses the stack \($0.stackAccesses) times, "
        + "for vectors \($0.stackVectors) times"
    }
  }
}

/// What the scan counts in a loop.
struct LoopCounts {
  let multiplyAdds: Int
  let multiplyAddsInPlace: Int
  let stackAccesses: Int
  let stackVectors: Int

  init(_ loop: [Substring], _ dialect: AssemblyScan.Dialect) {
    let products = loop.filter(dialect.isMultiplyAdd)
    let stack = loop.filter(dialect.touchesStack)
    multiplyAdds = products.count
    multiplyAddsInPlace = products.count(where: dialect.isInPlace)
    stackAccesses = stack.count
    stackVectors = stack.count(where: dialect.isVector)
  }
}

extension HotLoop {
  /// Whether a loop of machine code is this one, unrolled or not.
  func describes(_ loop: LoopCounts) -> Bool {
    let least = multiplyAdds - conditional
    let turns = (loop.multiplyAdds + multiplyAdds - 1) / multiplyAdds
    return turns > 0 && loop.multiplyAdds >= turns * least
      && 2 * loop.multiplyAddsInPlace > loop.multiplyAdds
  }

  /// Whether the loop uses the stack no more than is planned. Where the plan allows no use, an address may
  /// still be read again for every third product, which costs nothing.
  func allowsStack(_ loop: LoopCounts) -> Bool {
    let most = stackAccesses * Double(loop.multiplyAdds)
    return stackAccesses > 0
      ? Double(loop.stackAccesses) <= most
      : loop.stackVectors == 0 && 3 * loop.stackAccesses <= loop.multiplyAdds
  }
}
