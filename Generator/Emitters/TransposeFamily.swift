/// The transpose of a block in registers, which attention and the layout conversions share.
struct TransposeFamily: Family {
  var descriptor: String? { nil }

  func entries(for target: Target) -> [CatalogueEntry] { [] }

  func files(for target: Target) -> [KernelFile] {
    var printer = Printer()
    banner(&printer, row: "TransposeFamily")
    writeInterleaving(target, to: &printer)
    writeBlock(target, to: &printer)
    return [KernelFile(path: target.path("Transpose"), text: printer.text)]
  }

  private func writeInterleaving(_ target: Target, to printer: inout Printer) {
    for (name, half) in [("interleaveLow", "low"), ("interleaveHigh", "high")] {
      printer.lines(
        """
        /// The lanes of the \(half) halves in turn: one of `first`, one of `second`.
        @inline(always)
        func \(name)(_ first: Vector, _ second: Vector) -> Vector {
          var result = Vector()
          result.evenHalf = first.\(half)Half
          result.oddHalf = second.\(half)Half
          return result
        }

        """)
    }
  }

  private func writeBlock(_ target: Target, to printer: inout Printer) {
    let lanes = target.lanes
    printer.lines(
      """
      /// Transposes a block of \(lanes) × \(lanes) values: row r of the source becomes column r of the target.
      ///
      /// - Parameters:
      ///   - rows: rows that the source has; the others count as zeros.
      ///   - columns: columns to keep; the first rows of the target.
      @inline(never)
      func transposeBlock(
        rows: Int, columns: Int, from source: UnsafePointer<Float>, pitch sourcePitch: Int,
        to target: UnsafeMutablePointer<Float>, pitch targetPitch: Int
      """)
    printer.block(") {") { printer in
      for row in 0..<lanes {
        let place = ["source", "source + sourcePitch"]
        let address = row < 2 ? place[row] : "source + \(row) * sourcePitch"
        printer.line("let a\(row) = rows > \(row) ? load(\(address)) : Vector()")
      }
      printer.lines(
        """

        // Each round interleaves vectors that lie half a block apart. It moves a value's place as if
        // the bits of row and lane, side by side, were one number and rotated by one.
        """)
      let names = ["a", "b", "c", "d", "e"]
      let rounds = lanes.trailingZeroBitCount
      for round in 0..<rounds {
        let (old, new) = (names[round], names[round + 1])
        if round > 0 { printer.line() }
        for pair in 0..<lanes / 2 {
          let operands = "\(old)\(pair), \(old)\(pair + lanes / 2)"
          printer.line("let \(new)\(2 * pair) = interleaveLow(\(operands))")
          printer.line("let \(new)\(2 * pair + 1) = interleaveHigh(\(operands))")
        }
      }
      printer.line()
      for column in 0..<lanes {
        let place = ["target", "target + targetPitch"]
        let address = column < 2 ? place[column] : "target + \(column) * targetPitch"
        printer.line("if columns > \(column) { store(\(names[rounds])\(column), \(address)) }")
      }
    }
  }
}
