import Foundation

/// What `kernelgen list` says of one kernel.
struct KernelListing: Codable {
  let name: String
  /// The descriptor type in `Operations`.
  let descriptor: String
  let instructionSet: String
  let tile: String
  let epilogue: String?
  let registers: Int
  let registersAvailable: Int
  let loadsPerMultiplyAdd: Double?
  let hotLoop: HotLoop?
  /// The other arguments of the descriptor's initialiser, by label.
  let arguments: [String: String]

  /// Every kernel of `plan`, by family, then instruction set.
  static func all(of plan: KernelPlan) throws -> [KernelListing] {
    try plan.families.flatMap { family in
      try Target.all.flatMap { target in
        try family.entries(for: target).map { entry in
          KernelListing(
            name: entry.name, descriptor: family.descriptor ?? "",
            instructionSet: target.instructionSet.name, tile: entry.tile,
            epilogue: entry.epilogue?.rawValue, registers: entry.registers,
            registersAvailable: target.registers,
            loadsPerMultiplyAdd: entry.loadsPerMultiplyAdd.map(rounded),
            hotLoop: entry.hotLoop,
            arguments: labelled(entry.arguments))
        }
      }
    }
  }

  /// The arguments by label; their texts are `label: value`.
  private static func labelled(_ arguments: [String]) -> [String: String] {
    let pairs = arguments.map { text in
      let colon = text.firstIndex(of: ":") ?? text.endIndex
      return (
        String(text[..<colon]),
        text[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
      )
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  static func json(_ kernels: [KernelListing]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(kernels), as: UTF8.self)
  }

  static func table(_ kernels: [KernelListing]) -> String {
    var rows = [["kernel", "isa", "tile", "epilogue", "registers", "loads/multiply-add"]]
    rows += kernels.map { kernel in
      [
        kernel.name, kernel.instructionSet, kernel.tile, kernel.epilogue ?? "-",
        "\(kernel.registers)/\(kernel.registersAvailable)",
        kernel.loadsPerMultiplyAdd.map { "\($0)" } ?? "-",
      ]
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }.joined(separator: "\n")
  }
}
