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
    printer.line("var sums = Sums\(rows)x\(row.vectors)(bias)")
    printer.line("sums.addChannels(depth, input + row * inputPitch, inputPitch, weights)")
    switch epilogue {
    case .bias: break
    case .residual: printer.line("sums.add(residual + row * residualPitch, residualPitch)")
    case .gelu: printer.line("sums.applyGELU()")
    case .relu: printer.line("sums.applyReLU()")
    case .sigmoid: printer.line("sums.applySigmoid()")
    }
    printer.line("sums.write(output + row * outputPitch, outputPitch)")
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

/// Emits the accumulators of a register tile and all that is done with them.
struct PointwiseSums {
  let row: PointwiseRow
  /// Rows of this tile: the row's, or one.
  let rows: Int

  private var vectors: Int { row.vectors }
  private var lanes: Int { row.target.lanes }

  func write(to printer: inout Printer) {
    let extent = "\(rows) row\(rows == 1 ? "" : "s") × \(vectors) vector\(vectors == 1 ? "" : "s")"
    printer.line("/// The sums of \(extent); `r0v1` is row 0, vector 1.")
    printer.block("private struct Sums\(rows)x\(vectors) {") { printer in
      for r in 0..<rows {
        printer.list("var ", (0..<vectors).map { "\(name(r, $0)): Vector" }, "")
      }
      printer.line()
      writeInitialiser(to: &printer)
      printer.line()
      writeLoop(to: &printer)
      printer.line()
      writeStep(to: &printer)
      for epilogue in row.epilogues { writeEpilogue(epilogue, to: &printer) }
      printer.line()
      writeStores(to: &printer)
    }
  }

  private func name(_ r: Int, _ v: Int) -> String { "r\(r)v\(v)" }

  private func place(_ base: String, _ r: Int, _ v: Int = 0) -> String {
    var text = base
    if r == 1 { text += " + pitch" }
    if r > 1 { text += " + \(r) * pitch" }
    if v > 0 { text += " + \(v * lanes)" }
    return text
  }

  private func writeInitialiser(to printer: inout Printer) {
    printer.line("@inline(always)")
    printer.block("init(_ bias: UnsafePointer<Float>) {") { printer in
      for v in 0..<vectors {
        printer.line("let b\(v) = load(\(place("bias", 0, v)))")
      }
      for v in 0..<vectors {
        for r in 0..<rows { printer.line("\(name(r, v)) = b\(v)") }
      }
    }
  }

  private func writeLoop(to printer: inout Printer) {
    let step = vectors * lanes
    printer.lines(
      """
      /// Adds the products of `depth` input channels in ascending order, \(row.unroll) a turn.
      @inline(always)
      mutating func addChannels(
        _ depth: Int, _ input: UnsafePointer<Float>, _ pitch: Int, _ weights: UnsafePointer<Float>
      """)
    printer.block(") {") { printer in
      printer.line("var input = input")
      printer.line("var weights = weights")
      if row.unroll == 1 {
        printer.block("for _ in 0..<depth {") { printer in
          printer.line("addChannel(input, pitch, weights)")
          printer.line("input += 1")
          printer.line("weights += \(step)")
        }
        return
      }
      printer.block("for _ in 0..<depth / \(row.unroll) {") { printer in
        for k in 0..<row.unroll {
          let (input, weights) = k == 0 ? ("", "") : (" + \(k)", " + \(k * step)")
          printer.line("addChannel(input\(input), pitch, weights\(weights))")
        }
        printer.line("input += \(row.unroll)")
        printer.line("weights += \(row.unroll * step)")
      }
      let rest = "depth % \(row.unroll)"
      printer.block(row.unroll == 2 ? "if \(rest) == 1 {" : "for _ in 0..<\(rest) {") { printer in
        printer.line("addChannel(input, pitch, weights)")
        if row.unroll > 2 {
          printer.line("input += 1")
          printer.line("weights += \(step)")
        }
      }
    }
  }

  private func writeStep(to printer: inout Printer) {
    printer.lines(
      """
      /// Adds the products of one input channel.
      @inline(always)
      mutating func addChannel(
        _ input: UnsafePointer<Float>, _ pitch: Int, _ weights: UnsafePointer<Float>
      """)
    printer.block(") {") { printer in
      for v in 0..<vectors {
        printer.line("let w\(v) = load(\(place("weights", 0, v)))")
      }
      for r in 0..<rows {
        printer.line("let x\(r) = broadcast(\(place("input", r)))")
        for v in 0..<vectors {
          printer.line("addProduct(&\(name(r, v)), x\(r), w\(v))")
        }
      }
    }
  }

  private func writeEpilogue(_ epilogue: Epilogue, to printer: inout Printer) {
    switch epilogue {
    case .bias: break
    case .residual: writeResidual(to: &printer)
    case .gelu: writeActivation("applyGELU", "gelu", to: &printer)
    case .relu: writeActivation("applyReLU", "relu", to: &printer)
    case .sigmoid: writeActivation("applySigmoid", "sigmoid", to: &printer)
    }
  }

  private func writeActivation(_ method: String, _ function: String, to printer: inout Printer) {
    printer.line()
    printer.line("@inline(always)")
    printer.block("mutating func \(method)() {") { printer in
      for r in 0..<rows {
        for v in 0..<vectors { printer.line("\(name(r, v)) = \(function)(\(name(r, v)))") }
      }
    }
  }

  private func writeResidual(to printer: inout Printer) {
    printer.line()
    printer.line("@inline(always)")
    let head = "mutating func add(_ residual: UnsafePointer<Float>, _ pitch: Int) {"
    printer.block(head) { printer in
      for r in 0..<rows {
        for v in 0..<vectors { printer.line("\(name(r, v)) += load(\(place("residual", r, v)))") }
      }
    }
  }

  private func writeStores(to printer: inout Printer) {
    printer.line("@inline(always)")
    let head = "func write(_ output: UnsafeMutablePointer<Float>, _ pitch: Int) {"
    printer.block(head) { printer in
      for r in 0..<rows {
        for v in 0..<vectors {
          printer.line("store(\(name(r, v)), \(place("output", r, v)))")
        }
      }
    }
  }
}
