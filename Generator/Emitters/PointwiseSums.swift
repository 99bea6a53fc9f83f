import FastViTOperations

/// Emits the accumulators of a register tile as a value: each call makes new sums from the old ones.
///
/// They are values and not `inout`, because the optimiser takes four times as long for memory that it
/// only later finds to be registers.
struct PointwiseSums {
  let row: PointwiseRow
  /// Pixels of this tile: the plan's, or one.
  let rows: Int

  private var vectors: Int { row.vectors }
  private var lanes: Int { row.target.lanes }
  /// Whether these are the sums of a whole tile, which also fetch the next panel's weights.
  private var isTile: Bool { rows > 1 }
  private var type: String { "Sums\(rows)x\(vectors)" }

  /// Values of a cache line. Every turn of the innermost loop fetches one line.
  static let lineValues = 16

  func write(to printer: inout Printer) {
    let extent = "\(rows) row\(rows == 1 ? "" : "s") × \(vectors) vector\(vectors == 1 ? "" : "s")"
    printer.line("/// The sums of \(extent), named by row and vector.")
    printer.block("private struct \(type) {") { printer in
      for r in 0..<rows {
        printer.list("let ", (0..<vectors).map { "\(name(r, $0)): Vector" }, "")
      }
      writeStart(to: &printer)
      writeLoop(to: &printer)
      if row.unroll > 1 { writeGroup(row.unroll, to: &printer) }
      writeGroup(1, to: &printer)
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
    let turn = row.turn == 1 ? "" : ", \(row.turn) a turn"
    printer.lines(
      """

      /// With the products of `depth` input channels, in ascending order\(turn).
      @inline(always)
      func adding(
        channels depth: Int, _ input: UnsafePointer<Float>, pitch: Int,
        weights: UnsafePointer<Float>\(isTile ? ", ahead: UnsafePointer<Float>" : "")
      """)
    printer.block(") -> \(type) {") { printer in
      printer.line("var sums = self")
      printer.line("var input = input")
      printer.line("var weights = weights")
      if isTile { printer.line("var ahead = ahead") }
      printer.block("for _ in 0..<\(row.turns) {") { printer in
        if isTile { printer.line("prefetch(ahead)") }
        writeGroups(to: &printer)
        printer.line("input += \(row.turn)")
        printer.line("weights += \(row.turn * step)")
        if isTile { printer.line("ahead += \(Self.lineValues)") }
      }
      if row.turn == 2 {
        printer.block("if depth % 2 == 1 {") { printer in
          printer.line("sums = sums.adding1(input, pitch: pitch, weights: weights)")
        }
      } else if row.turn > 2 {
        printer.block("for _ in 0..<depth % \(row.turn) {") { printer in
          printer.line("sums = sums.adding1(input, pitch: pitch, weights: weights)")
          printer.line("input += 1")
          printer.line("weights += \(step)")
        }
      }
      printer.line("return sums")
    }
  }

  /// The groups of input channels of one turn.
  private func writeGroups(to printer: inout Printer) {
    for group in 0..<row.groups {
      let input = group == 0 ? "input" : "input + \(group * row.unroll)"
      let weights = group == 0 ? "weights" : "weights + \(group * row.unroll * vectors * lanes)"
      printer.line("sums = sums.adding\(row.unroll)(\(input), pitch: pitch, weights: \(weights))")
    }
  }

  /// The products of a group of input channels. All products of one sum stand before those of the next:
  /// the first sums of a tile are then finished early, and the next tile begins while the last sums are
  /// still computed. Each broadcast stands next to its products, so that few registers hold them all.
  private func writeGroup(_ channels: Int, to printer: inout Printer) {
    let what = channels == 1 ? "one input channel" : "\(channels) input channels, sum by sum"
    printer.lines(
      """

      /// With the products of \(what).
      @inline(always)
      func adding\(channels)(
        _ input: UnsafePointer<Float>, pitch: Int, weights: UnsafePointer<Float>
      """)
    printer.block(") -> \(type) {") { printer in
      for k in 0..<channels {
        for v in 0..<vectors {
          let place = place("weights", 0, v, beyond: k * vectors * lanes)
          printer.line("let \(weight(k, v, of: channels)) = load(\(place))")
        }
      }
      for r in 0..<rows {
        for k in 0..<channels {
          printer.line(
            "let \(value(k, r, of: channels)) = broadcast(\(place("input", r, beyond: k)))")
        }
        for v in 0..<vectors {
          let sum = (0..<channels).reduce("self.\(name(r, v))") { sum, k in
            "multiplyAdd(\(value(k, r, of: channels)), \(weight(k, v, of: channels)), \(sum))"
          }
          printer.line("let \(name(r, v)) = \(sum)")
        }
      }
      writeSums("return ", to: &printer) { name($0, $1) }
    }
  }

  /// The input of channel `k` in row `r`, and the weights of that channel in vector `v`.
  private func value(_ k: Int, _ r: Int, of channels: Int) -> String {
    channels == 1 ? "x\(r)" : "k\(k)x\(r)"
  }

  private func weight(_ k: Int, _ v: Int, of channels: Int) -> String {
    channels == 1 ? "w\(v)" : "k\(k)w\(v)"
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

  /// `base`, `r` pixels, `v` vectors and `values` values further.
  private func place(_ base: String, _ r: Int, _ v: Int = 0, beyond values: Int = 0) -> String {
    var text = base
    if r > 0 { text += r == 1 ? " + pitch" : " + \(r) * pitch" }
    let offset = v * lanes + values
    if offset > 0 { text += " + \(offset)" }
    return text
  }

  /// The initialiser of new sums: one line per row where the page is wide enough, else one per sum.
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

extension PointwiseRow {
  /// How often the innermost loop turns, as text.
  var turns: String { turn == 1 ? "depth" : "depth / \(turn)" }
}
