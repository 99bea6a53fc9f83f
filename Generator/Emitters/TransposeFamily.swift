/// Emits the transpose of a square of values in registers, which attention and the layout conversions
/// share.
///
/// A vector is seen as quads: groups of four lanes. Loading the rows r, r + 4, r + 8 … into the quads of
/// one vector costs no shuffle. What remains is the transpose of the 4 × 4 values that four vectors have
/// in the same quad, which all instruction sets do with two rounds of cheap shuffles.
struct TransposeFamily: Family {
  var descriptor: String? { nil }

  func entries(for target: Target) -> [CatalogueEntry] { [] }

  func files(for target: Target) -> [KernelFile] {
    var printer = Printer()
    banner(&printer, row: "TransposeFamily")
    writeQuads(target, to: &printer)
    for shuffle in Self.shuffles { write(shuffle, target, to: &printer) }
    writeDispatch(target, to: &printer)
    for whole in [true, false] {
      printer.line()
      writeBlock(whole: whole, target, to: &printer)
    }
    return [KernelFile(path: target.path("Transpose"), text: printer.text)]
  }

  /// A shuffle of two quads into one.
  private struct Shuffle {
    let name: String
    let summary: String
    /// The result's lanes, `a` and `b` being the operands.
    let lanes: [String]
  }

  private static let shuffles = [
    Shuffle(
      name: "zipLow", summary: "the lower lanes of both in turn",
      lanes: ["a.x", "b.x", "a.y", "b.y"]),
    Shuffle(
      name: "zipHigh", summary: "the upper lanes of both in turn",
      lanes: ["a.z", "b.z", "a.w", "b.w"]),
    Shuffle(
      name: "joinLow", summary: "the lower lanes of both, one pair after the other",
      lanes: ["a.x", "a.y", "b.x", "b.y"]),
    Shuffle(
      name: "joinHigh", summary: "the upper lanes of both, one pair after the other",
      lanes: ["a.z", "a.w", "b.z", "b.w"]),
  ]

  private func quads(_ target: Target) -> Range<Int> { 0..<target.lanes / 4 }

  /// The expression for quad number `quad` of `vector`.
  private func quad(_ quad: Int, of vector: String, _ target: Target) -> String {
    switch target.lanes {
    case 4: vector
    case 8: vector + (quad == 0 ? ".lowHalf" : ".highHalf")
    default:
      vector + (quad < 2 ? ".lowHalf" : ".highHalf") + (quad % 2 == 0 ? ".lowHalf" : ".highHalf")
    }
  }

  private func writeQuads(_ target: Target, to printer: inout Printer) {
    let parameters = quads(target).map { "_ q\($0): Quad" }.joined(separator: ", ")
    let vector =
      switch target.lanes {
      case 4: "q0"
      case 8: "Vector(lowHalf: q0, highHalf: q1)"
      default:
        "Vector(lowHalf: .init(lowHalf: q0, highHalf: q1), "
          + "highHalf: .init(lowHalf: q2, highHalf: q3))"
      }
    printer.lines(
      """
      /// Four lanes of a vector.
      private typealias Quad = SIMD4<Float>

      @inline(always)
      private func quad(_ place: UnsafePointer<Float>) -> Quad {
        UnsafeRawPointer(place).loadUnaligned(as: Quad.self)
      }

      /// The vector of these quads.
      @inline(always)
      private func vector(\(parameters)) -> Vector {
        \(vector)
      }

      """)
  }

  private func write(_ shuffle: Shuffle, _ target: Target, to printer: inout Printer) {
    let lanes = shuffle.lanes.joined(separator: ", ")
    printer.lines(
      """
      /// In every quad, \(shuffle.summary).
      @inline(always)
      private func \(shuffle.name)(_ first: Vector, _ second: Vector) -> Vector {
        @inline(always) func shuffle(_ a: Quad, _ b: Quad) -> Quad { Quad(\(lanes)) }
      """)
    let items = quads(target).map {
      "shuffle(\(quad($0, of: "first", target)), \(quad($0, of: "second", target)))"
    }
    if items.count == 1 {
      printer.line("  return \(items[0])")
    } else {
      printer.line("  return vector(")
      for (index, item) in items.enumerated() {
        printer.line("    \(item)\(index + 1 < items.count ? "," : ")")")
      }
    }
    printer.line("}")
    printer.line()
  }

  private func writeDispatch(_ target: Target, to printer: inout Printer) {
    let lanes = target.lanes
    printer.lines(
      """
      /// Transposes a block of \(lanes) × \(lanes) values: row r of the source becomes column r of the target.
      ///
      /// - Parameters:
      ///   - rows: rows that the source has; the others count as zeros.
      ///   - columns: columns to keep; the first rows of the target.
      @inline(always)
      func transposeBlock(
        rows: Int, columns: Int, from source: UnsafePointer<Float>, pitch sourcePitch: Int,
        to target: UnsafeMutablePointer<Float>, pitch targetPitch: Int
      ) {
        if rows >= \(lanes) && columns >= \(lanes) {
          transposeWhole(source, sourcePitch, target, targetPitch)
        } else {
          transposePart(rows, columns, source, sourcePitch, target, targetPitch)
        }
      }
      """)
  }

  private func writeBlock(whole: Bool, _ target: Target, to printer: inout Printer) {
    printer.line("@inline(never)")
    printer.line("private func transpose\(whole ? "Whole" : "Part")(")
    if !whole { printer.line("  _ rows: Int, _ columns: Int,") }
    printer.lines(
      """
        _ source: UnsafePointer<Float>, _ sourcePitch: Int,
        _ target: UnsafeMutablePointer<Float>, _ targetPitch: Int
      """)
    printer.block(") {") { printer in
      if target.lanes == 4 {
        printer.line("let (column, place) = (source, target)")
        writeColumns(whole: whole, target, to: &printer)
      } else {
        printer.block("for c in stride(from: 0, to: \(target.lanes), by: 4) {") { printer in
          if !whole { printer.line("let columns = columns - c") }
          printer.line("let (column, place) = (source + c, target + c * targetPitch)")
          writeColumns(whole: whole, target, to: &printer)
        }
      }
    }
  }

  /// Four columns of the source, from the loads to the stores.
  private func writeColumns(whole: Bool, _ target: Target, to printer: inout Printer) {
    for row in 0..<4 {
      let items = quads(target).map { index in
        let load = "quad(\(place("column", row + 4 * index, "sourcePitch")))"
        return whole ? load : "rows > \(row + 4 * index) ? \(load) : Quad()"
      }
      if target.lanes == 4 {
        printer.line("let a\(row) = \(items[0])")
      } else {
        printer.list("let a\(row) = vector(", items, ")")
      }
    }
    printer.lines(
      """
      let (b0, b1) = (zipLow(a0, a1), zipHigh(a0, a1))
      let (b2, b3) = (zipLow(a2, a3), zipHigh(a2, a3))
      """)
    let results = ["joinLow(b0, b2)", "joinHigh(b0, b2)", "joinLow(b1, b3)", "joinHigh(b1, b3)"]
    for (column, result) in results.enumerated() {
      let store = "store(\(result), \(place("place", column, "targetPitch")))"
      printer.line(whole ? store : "if columns > \(column) { \(store) }")
    }
  }

  private func place(_ base: String, _ index: Int, _ pitch: String) -> String {
    switch index {
    case 0: base
    case 1: "\(base) + \(pitch)"
    default: "\(base) + \(index) * \(pitch)"
    }
  }
}
