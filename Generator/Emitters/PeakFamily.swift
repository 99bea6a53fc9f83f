/// Emits the loops that measure the peak: one function per instruction set.
struct PeakFamily: Family {
  let rows: [PeakRow]

  var descriptor: String? { "PeakKernel" }

  func files(for target: Target) throws -> [KernelFile] {
    try checkedRows(target).map { row in
      KernelFile(path: target.path(row.name), text: text(row))
    }
  }

  func entries(for target: Target) throws -> [CatalogueEntry] {
    try checkedRows(target).map { row in
      CatalogueEntry(
        name: row.name, tile: "\(row.sums)v", epilogue: nil, registers: row.registers,
        loadsPerMultiplyAdd: nil, arguments: ["sums: \(row.sums)"],
        hotLoop: HotLoop(multiplyAdds: row.sums))
    }
  }

  private func checkedRows(_ target: Target) throws -> [PeakRow] {
    let rows = rows.filter { $0.target.instructionSet == target.instructionSet }
    for row in rows where row.registers > target.registers {
      throw KernelPlanError.tooManyRegisters(
        kernel: row.name, needed: row.registers, available: target.registers,
        reason: "\(row.sums) sums, 2 factors")
    }
    return rows
  }

  private func text(_ row: PeakRow) -> String {
    var printer = Printer()
    banner(&printer, row: "row \(row.sums)v of PeakPlan")
    printer.line("/// Adds left · right to \(row.sums) independent sums, `turns` times.")
    printer.line("@inline(never)")
    let head = "package func \(row.name)(turns: Int, values: UnsafeMutableRawPointer) {"
    printer.block(head) { printer in
      let lanes = row.target.lanes
      let sums = (0..<row.sums).map { "s\($0)" }
      printer.line("let values = floats(values)")
      printer.line("let left = load(values)")
      printer.line("let right = load(values + \(lanes))")
      for (index, sum) in sums.enumerated() {
        printer.line("var \(sum) = load(values + \((index + 2) * lanes))")
      }
      printer.line("// No sum waits for another: only the multiply-add units limit this.")
      printer.block("for _ in 0..<turns {") { printer in
        for sum in sums { printer.line("addProduct(&\(sum), left, right)") }
      }
      for (index, sum) in sums.enumerated() {
        printer.line("store(\(sum), values + \((index + 2) * lanes))")
      }
    }
    return printer.text
  }
}

extension PeakRow {
  var name: String { "peak_f32_\(sums)v" }

  /// The sums and the two factors.
  var registers: Int { sums + 2 }
}
