import FastViTOperations

extension PointwiseTile {
  /// The whole file: one function per epilogue, the sums of a tile, and those of a single row.
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
    for epilogue in row.epilogues { writeActivation(epilogue, to: &printer) }
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
        input: UnsafeRawPointer, inputPitch: Int,
        weights: UnsafeRawPointer, bias: UnsafeRawPointer,
        residual: UnsafeRawPointer?, residualPitch: Int,
        output: UnsafeMutableRawPointer, outputPitch: Int
      """)
    let width = row.vectors * row.target.lanes
    printer.block(") {") { printer in
      printer.line("precondition(rows >= 0 && panels >= 0 && depth > 0)")
      printer.line("precondition(inputPitch >= depth && outputPitch >= panels * \(width))")
      if epilogue == .residual {
        printer.line("precondition(residualPitch >= panels * \(width))")
        printer.line("guard let residual = floats(residual) else { preconditionFailure() }")
      }
      printer.bind("input", "weights", "bias", "output")
      printer.line()
      if rows > 1 {
        printer.lines(
          """
          // A panel of weights stays in the cache while all rows pass it, and the next one comes nearer
          // meanwhile, line by line. The last tile starts early enough to be whole, and writes some rows
          // a second time, with the same bits.
          """)
      }
      printer.block("for panel in 0..<panels {") { printer in
        printer.line("let weights = weights + panel * depth * \(width)")
        printer.line("let bias = bias + panel * \(width)")
        printer.line("let output = output + panel * \(width)")
        if epilogue == .residual { printer.line("let residual = residual + panel * \(width)") }
        printer.line("var row = 0")
        if Self.activation(epilogue) != nil { printer.line("var first = 0") }
        if rows > 1 {
          printer.line("let nextPanel = weights + depth * \(width)")
          printer.line("var ahead = nextPanel")
          printer.block("if rows >= \(rows) {") { printer in
            printer.block("while row < rows {") { printer in
              printer.line("row = min(row, rows - \(rows))")
              writeTile(rows, epilogue, to: &printer)
              printer.line("row += \(rows)")
              writePass(epilogue, mayOverlap: true, to: &printer)
              printer.line("ahead += \(row.turns) * \(PointwiseSums.lineValues)")
              printer.line("if ahead >= nextPanel + depth * \(width) { ahead = nextPanel }")
            }
          }
        }
        printer.block("while row < rows {") { printer in
          writeTile(1, epilogue, to: &printer)
          printer.line("row += 1")
          writePass(epilogue, mayOverlap: false, to: &printer)
        }
      }
    }
  }

  /// One tile from bias to store.
  private func writeTile(_ rows: Int, _ epilogue: Epilogue, to printer: inout Printer) {
    printer.line("let sums = Sums\(rows)x\(row.vectors).starting(at: bias)")
    let operands = "input + row * inputPitch, pitch: inputPitch, weights: weights"
    if rows > 1 {
      printer.lines("  .adding(\n    channels: depth, \(operands),\n    ahead: ahead)")
    } else {
      printer.line("  .adding(channels: depth, \(operands))")
    }
    if epilogue == .residual {
      let residual = "residual: residual + row * residualPitch, pitch: residualPitch"
      printer.line("  .adding(\(residual))")
    }
    printer.line("sums.write(to: output + row * outputPitch, pitch: outputPitch)")
  }

  /// Rows to which one pass applies the activation function: few enough to be still in the first-level
  /// cache, and so many that the latency at the beginning of a pass does not count.
  private static let rowsPerPass = 64

  /// The call of the activation function for the rows from `first` on, when they are many or the last.
  private func writePass(
    _ epilogue: Epilogue, mayOverlap: Bool, to printer: inout Printer
  ) {
    guard let activation = Self.activation(epilogue) else { return }
    if mayOverlap { printer.line("first = min(first, row - \(row.rows))") }
    printer.block("if row == rows || row - first >= \(Self.rowsPerPass) {") { printer in
      printer.line(
        "\(activation.method)(rows: row - first, output + first * outputPitch, pitch: outputPitch)")
      printer.line("first = row")
    }
  }

  /// The function that passes over finished rows, for an epilogue that needs one.
  private func writeActivation(_ epilogue: Epilogue, to printer: inout Printer) {
    guard let activation = Self.activation(epilogue) else { return }
    printer.lines(
      """

      /// Applies `\(activation.function)` to rows of tiles that were just written. A few vectors at a time
      /// stay in registers; a whole tile would not.
      @inline(never)
      private func \(activation.method)(
        rows: Int, _ tiles: UnsafeMutablePointer<Float>, pitch: Int
      """)
    printer.block(") {") { printer in
      printer.block("for row in 0..<rows {") { printer in
        printer.line("let pixel = tiles + row * pitch")
        for v in 0..<row.vectors {
          let place = v == 0 ? "pixel" : "pixel + \(v * row.target.lanes)"
          printer.line("store(\(activation.function)(load(\(place))), \(place))")
        }
      }
    }
  }

  /// The function that an epilogue applies to every sum, and the name of the pass over rows that does so.
  private static func activation(_ epilogue: Epilogue) -> (function: String, method: String)? {
    switch epilogue {
    case .bias, .residual: nil
    case .gelu: ("gelu", "applyGELU")
    case .relu: ("relu", "applyReLU")
    case .sigmoid: ("sigmoid", "applySigmoid")
    }
  }

  /// What a kernel computes, for the first line of its comment.
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
