import Foundation

/// One function's machine code.
struct MachineFunction {
  let symbol: String
  /// The object file that it was found in.
  let file: String
  private(set) var instructions: [Instruction] = []

  struct Instruction {
    let address: Int
    /// Mnemonic, tab, operands.
    let text: Substring
  }

  /// The functions of what `llvm-objdump -d --no-show-raw-insn` prints: for each file a line
  /// `path:<tab>file format`, for each function a line `0000000000000000 <symbol>:`, then lines
  /// `   a0: <tab>mnemonic operands`.
  static func all(in disassembly: String) -> [MachineFunction] {
    var functions: [MachineFunction] = []
    var file = ""
    for line in disassembly.split(separator: "\n") {
      if let tab = line.range(of: ":\tfile format") {
        file = String(line[..<tab.lowerBound])
        continue
      }
      if line.hasSuffix(">:"), let start = line.firstIndex(of: "<") {
        functions.append(
          MachineFunction(symbol: String(line[start...].dropFirst().dropLast(2)), file: file))
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

  /// Whether the compiler merged several functions that differ only in constants into this one.
  var isMerged: Bool { symbol.hasSuffix("Tm") }

  /// This function and those that may contain the code that it shares with other kernels: functions merged
  /// from several epilogues of the tile, and functions of the same file that are no kernels.
  ///
  /// - Parameter marks: the texts by which symbols of kernels are recognised.
  func companions(
    of kernel: KernelListing, among functions: [MachineFunction], _ marks: [String]
  ) -> [MachineFunction] {
    let tile = kernel.name[..<(kernel.name.lastIndex(of: "_") ?? kernel.name.endIndex)]
    return functions.filter { function in
      function.isMerged
        ? function.symbol.contains(tile)
        : function.file == file && !marks.contains { function.symbol.contains($0) }
    } + [self]
  }

  /// The instructions of every loop that holds no other loop.
  var innermostLoops: [[Substring]] {
    let flow = ControlFlow(instructions)
    return flow.innermostLoops.map { blocks in
      blocks.sorted().flatMap { flow.blocks[$0].map { instructions[$0].text } }
    }
  }
}
