import KernelContract

extension PointwiseTile {
  /// The whole file: the sums of a tile, those of a single row, and a function an epilogue.
  func text(banner: (inout Printer, String) -> Void) -> String {
    var printer = Printer()
    banner(&printer, "row \(shape) of PointwisePlan")
    for (index, epilogue) in row.epilogues.enumerated() {
      if index > 0 { printer.line() }
      writeFunction(epilogue, to: &printer)
    }
    for rows in row.rows == 1 ? [1] : [row.rows, 1] {
      printer.line()
      PointwiseSums(row: row, rows: rows).write(to: &printer)
    }
    return printer.text
  }

  private func writeFunction(_ epilogue: Epilogue, to printer: inout Printer) {
    let rows = row.rows
    let summary = PointwiseTile.summary(epilogue)
    printer.line("/// \(summary), \(rows) rows × \(row.vectors) vectors at a time.")
    printer.line("@inline(never)")
    printer.lines(
      """
      package func \(function(epilogue))(
        rows: Int, panels: Int, depth: Int,
        input: UnsafePointer<Float>, inputPitch: Int,
        weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        residual: UnsafePointer<Float>?, residualPitch: Int,
        output: UnsafeMutablePointer<Float>, outputPitch: Int
      """)
    let width = row.vectors * row.target.lanes
    printer.block(") {") { printer in
      printer.line("precondition(rows >= 0 && panels >= 0 && depth > 0)")
      printer.line("precondition(inputPitch >= depth && outputPitch >= panels * \(width))")
      if epilogue == .residual {
        printer.line("precondition(residualPitch >= panels * \(width))")
        printer.line("guard let residual else { preconditionFailure() }")
      }
      printer.line()
      if rows > 1 {
        printer.lines(
          """
          // A panel of weights stays in the cache while all rows pass it. The last tile starts early
          // enough to be whole, and writes some rows a second time, with the same bits.
          """)
      }
      printer.block("for panel in 0..<panels {") { printer in
        printer.line("let weights = weights + panel * depth * \(width)")
        printer.line("let bias = bias + panel * \(width)")
        printer.line("let output = output + panel * \(width)")
        if epilogue == .residual { printer.line("let residual = residual + panel * \(width)") }
        printer.line("var row = 0")
        if rows > 1 {
          printer.block("if rows >= \(rows) {") { printer in
            printer.block("while row < rows {") { printer in
              printer.line("row = min(row, rows - \(rows))")
              writeTile(rows, epilogue, to: &printer)
              printer.line("row += \(rows)")
            }
          }
        }
        printer.block("while row < rows {") { printer in
          writeTile(1, epilogue, to: &printer)
          printer.line("row += 1")
        }
      }
    }
  }

  /// One tile from bias to store.
  private func writeTile(_ rows: Int, _ epilogue: Epilogue, to printer: inout Printer) {
    printer.line("let sums = Sums\(rows)x\(row.vectors).starting(at: bias)")
    let last =
      switch epilogue {
      case .bias: ""
      case .residual:
        ".adding(residual: residual + row * residualPitch, pitch: residualPitch)"
      case .gelu: ".afterGELU()"
      case .relu: ".afterReLU()"
      case .sigmoid: ".afterSigmoid()"
      }
    let products = "channels: depth, input + row * inputPitch, pitch: inputPitch, weights: weights"
    printer.line("  .adding(\(products))")
    if !last.isEmpty { printer.line("  " + last) }
    printer.line("sums.write(to: output + row * outputPitch, pitch: outputPitch)")
  }

  /// What a function does, for the first line of its comment.
  private static func summary(_ epilogue: Epilogue) -> String {
    switch epilogue {
    case .bias: "input · weights + bias"
    case .gelu: "gelu(input · weights + bias)"
    case .residual: "input · weights + bias + residual"
    case .relu: "max(input · weights + bias, 0)"
    case .sigmoid: "sigmoid(input · weights + bias)"
    }
  }
}
