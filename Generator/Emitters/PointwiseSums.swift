import KernelContract

/// Emits the accumulators of a register tile as a value: each step makes new sums of the old ones.
///
/// Values and not `inout`, because the optimiser takes four times as long over memory that it only
/// later finds to be registers.
struct PointwiseSums {
  let row: PointwiseRow
  /// Rows of this tile: the plan's, or one.
  let rows: Int

  private var vectors: Int { row.vectors }
  private var lanes: Int { row.target.lanes }
  private var type: String { "Sums\(rows)x\(vectors)" }

  func write(to printer: inout Printer) {
    let extent = "\(rows) row\(rows == 1 ? "" : "s") × \(vectors) vector\(vectors == 1 ? "" : "s")"
    printer.line("/// The sums of \(extent), named by row and vector.")
    printer.block("private struct \(type) {") { printer in
      for r in 0..<rows {
        printer.list("let ", (0..<vectors).map { "\(name(r, $0)): Vector" }, "")
      }
      writeStart(to: &printer)
      writeLoop(to: &printer)
      writeStep(to: &printer)
      if row.epilogues.contains(.residual) { writeResidual(to: &printer) }
      writeStores(to: &printer)
    }
  }

  private func writeStart(to printer: inout Printer) {
    printer.line()
    printer.line("@inline(always)")
    printer.block("static func starting(at bias: UnsafePointer<Float>) -> \(type) {") { printer in
      for v in 0..<vectors { printer.line("let b\(v) = load(\(place("bias", 0, v)))") }
      writeSums("return ", to: &printer) { "b\($1)" }
    }
  }

  private func writeLoop(to printer: inout Printer) {
    let step = vectors * lanes
    let turn = row.unroll == 1 ? "" : ", \(row.unroll) a turn"
    printer.lines(
      """

      /// With the products of `depth` input channels, in ascending order\(turn).
      @inline(always)
      func adding(
        channels depth: Int, _ input: UnsafePointer<Float>, pitch: Int,
        weights: UnsafePointer<Float>
      """)
    printer.block(") -> \(type) {") { printer in
      printer.line("var sums = self")
      printer.line("var input = input")
      printer.line("var weights = weights")
      let turns = row.unroll == 1 ? "depth" : "depth / \(row.unroll)"
      printer.block("for _ in 0..<\(turns) {") { printer in
        writeTurn(row.unroll, step, to: &printer)
      }
      if row.unroll == 2 {
        printer.block("if depth % 2 == 1 {") { printer in
          printer.line("sums = sums.adding(input, pitch: pitch, weights: weights)")
        }
      } else if row.unroll > 2 {
        printer.block("for _ in 0..<depth % \(row.unroll) {") { printer in
          writeTurn(1, step, to: &printer)
        }
      }
      printer.line("return sums")
    }
  }

  private func writeTurn(_ channels: Int, _ step: Int, to printer: inout Printer) {
    for k in 0..<channels {
      let (input, weights) = k == 0 ? ("", "") : (" + \(k)", " + \(k * step)")
      printer.line("sums = sums.adding(input\(input), pitch: pitch, weights: weights\(weights))")
    }
    printer.line("input += \(channels)")
    printer.line("weights += \(channels * step)")
  }

  private func writeStep(to printer: inout Printer) {
    printer.lines(
      """

      /// With the products of one input channel.
      @inline(always)
      func adding(
        _ input: UnsafePointer<Float>, pitch: Int, weights: UnsafePointer<Float>
      """)
    printer.block(") -> \(type) {") { printer in
      for v in 0..<vectors { printer.line("let w\(v) = load(\(place("weights", 0, v)))") }
      for r in 0..<rows { printer.line("let x\(r) = broadcast(\(place("input", r)))") }
      writeSums("return ", to: &printer) { "multiplyAdd(x\($0), w\($1), \(name($0, $1)))" }
    }
  }

  private func writeResidual(to printer: inout Printer) {
    printer.line()
    printer.line("@inline(always)")
    let head = "func adding(residual: UnsafePointer<Float>, pitch: Int) -> \(type) {"
    printer.block(head) { printer in
      writeSums("", to: &printer) { "\(name($0, $1)) + load(\(place("residual", $0, $1)))" }
    }
  }

  private func writeStores(to printer: inout Printer) {
    printer.line()
    printer.line("@inline(always)")
    let head = "func write(to output: UnsafeMutablePointer<Float>, pitch: Int) {"
    printer.block(head) { printer in
      for r in 0..<rows {
        for v in 0..<vectors { printer.line("store(\(name(r, v)), \(place("output", r, v)))") }
      }
    }
  }

  private func name(_ r: Int, _ v: Int) -> String { "r\(r)v\(v)" }

  /// `base`, `r` pixels and `v` vectors further.
  private func place(_ base: String, _ r: Int, _ v: Int = 0) -> String {
    var text = base
    if r > 0 { text += r == 1 ? " + pitch" : " + \(r) * pitch" }
    if v > 0 { text += " + \(v * lanes)" }
    return text
  }

  /// The initialiser of new sums: a row a line where that fits, else a sum a line.
  private func writeSums(
    _ head: String, to printer: inout Printer, value: (_ r: Int, _ v: Int) -> String
  ) {
    printer.block("\(head)\(type)(", closing: ")") { printer in
      let lines = (0..<rows).map { r in (0..<vectors).map { "\(name(r, $0)): \(value(r, $0))" } }
      let fits = lines.allSatisfy { $0.joined(separator: ", ").count < printer.columns }
      let items = fits ? lines.map { $0.joined(separator: ", ") } : lines.flatMap { $0 }
      for item in items.dropLast() { printer.line(item + ",") }
      if let last = items.last { printer.line(last) }
    }
  }
}
