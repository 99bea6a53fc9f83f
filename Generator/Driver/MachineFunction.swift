/// One function's machine code.
struct MachineFunction {
  let symbol: String
  private(set) var instructions: [Instruction] = []

  struct Instruction {
    let address: Int
    /// Mnemonic, tab, operands.
    let text: Substring
  }

  /// The functions of what `llvm-objdump -d --no-show-raw-insn` prints: a line
  /// `0000000000000000 <symbol>:`, then lines `   a0: <tab>mnemonic operands`.
  static func all(in disassembly: String) -> [MachineFunction] {
    var functions: [MachineFunction] = []
    for line in disassembly.split(separator: "\n") {
      if line.hasSuffix(">:"), let start = line.firstIndex(of: "<") {
        functions.append(MachineFunction(symbol: String(line[start...].dropFirst().dropLast(2))))
        continue
      }
      let content = line.drop { $0 == " " || $0 == "\t" }
      guard !functions.isEmpty, let colon = content.firstIndex(of: ":"),
        let address = Int(content[..<colon], radix: 16)
      else { continue }
      let text = content[colon...].dropFirst().drop { $0 == " " || $0 == "\t" }
      let last = functions.count - 1
      functions[last].instructions.append(Instruction(address: address, text: text))
    }
    return functions
  }

  /// Whether the compiler made it of several functions that differ in constants only.
  var isMerged: Bool { symbol.hasSuffix("Tm") }

  /// The function that does the work of kernel `name`: where this one only passes its arguments on,
  /// the one that the compiler has made of this and other epilogues of the same tile.
  func body(of name: String, among functions: [MachineFunction]) -> MachineFunction {
    guard innermostLoops.isEmpty, let end = name.lastIndex(of: "_") else { return self }
    return functions.first { $0.isMerged && $0.symbol.contains(name[...end]) } ?? self
  }

  /// The instructions of every loop that holds no other loop.
  var innermostLoops: [[Substring]] {
    let flow = ControlFlow(instructions)
    return flow.innermostLoops.map { blocks in
      blocks.sorted().flatMap { flow.blocks[$0].map { instructions[$0].text } }
    }
  }
}
