/// Emits the accumulators of a depthwise tile: their start, the products of an input row, the stores.
struct DepthwiseSums {
  let tile: DepthwiseTile

  private var row: DepthwiseRow { tile.row }
  private var lanes: Int { row.target.lanes }
  private var planes: Range<Int> { 0..<row.multiplier }

  func write(to printer: inout Printer) {
    let rows = row.height == 1 ? "one output row" : "\(row.height) output rows"
    let extent = "\(rows) × \(row.width) pixels"
    if row.multiplier == 1 {
      printer.line("/// The sums of \(extent); `y0x3` is row 0, pixel 3.")
    } else {
      printer.lines(
        """
        /// The sums of \(extent), even and odd output channels apart;
        /// `e0x3` is those of the even channels in row 0, pixel 3.
        """)
    }
    printer.block("private struct Sums {") { printer in
      for names in names(of: Array(0..<row.height)) {
        printer.list("let ", names.map { "\($0): Vector" }, "")
      }
      printer.line()
      writeStart(to: &printer)
      var written: [[Int]] = []
      for rows in tile.inputRows where !written.contains(rows.seenBy) {
        written.append(rows.seenBy)
        printer.line()
        writeProducts(seenBy: rows.seenBy, to: &printer)
      }
      for y in 0..<row.height {
        printer.line()
        writeStores(of: y, to: &printer)
      }
    }
  }

  private func sum(_ y: Int, _ plane: Int, _ x: Int) -> String {
    (row.multiplier == 1 ? "y" : plane == 0 ? "e" : "o") + "\(y)x\(x)"
  }

  private func weight(_ y: Int, _ plane: Int, _ kx: Int) -> String {
    row.multiplier == 1 ? "w\(y)k\(kx)" : (plane == 0 ? "even" : "odd") + "\(y)k\(kx)"
  }

  /// The names of the sums of the output rows `ys`: one list, and one line of text, per row and plane.
  private func names(of ys: [Int]) -> [[String]] {
    ys.flatMap { y in planes.map { p in (0..<row.width).map { sum(y, p, $0) } } }
  }

  private func writeStart(to printer: inout Printer) {
    printer.line("@inline(always)")
    printer.block("static func starting(at bias: UnsafePointer<Float>) -> Sums {") { printer in
      for p in planes { printer.line("let b\(p) = load(\(Self.offset("bias", p * lanes)))") }
      let arguments = (0..<row.height).flatMap { y in
        planes.flatMap { p in (0..<row.width).map { "\(sum(y, p, $0)): b\(p)" } }
      }
      printer.list("return Sums(", arguments, ")")
    }
  }

  /// The function that adds an input row to the sums of the output rows `ys`.
  private func writeProducts(seenBy ys: [Int], to printer: inout Printer) {
    let rows = (ys.count == 1 ? "row " : "rows ") + ys.map(String.init).joined(separator: " and ")
    let see = ys.count == 1 ? "sees" : "see"
    printer.line("/// With the products of an input row that output \(rows) \(see).")
    printer.line("@inline(always)")
    printer.line("func \(Self.method(seenBy: ys))(")
    printer.lines(
      """
        _ row: UnsafePointer<Float>, pitch: Int, weights: UnsafePointer<Float>, edges: Edges
      """)
    printer.block(") -> Sums {") { printer in
      for y in ys {
        for p in planes {
          for kx in 0..<row.kernel {
            let place = (p * row.kernel * row.kernel - y * row.stride * row.kernel + kx) * lanes
            printer.line("let \(weight(y, p, kx)) = load(\(Self.offset("weights", place)))")
          }
        }
      }
      for names in names(of: ys) {
        printer.list("var ", names.map { "\($0) = \($0)" }, "")
      }
      writeColumns(ys, to: &printer)
      let sums = names(of: Array(0..<row.height)).flatMap { $0 }
      printer.list("return Sums(", sums.map { "\($0): \($0)" }, ")")
    }
  }

  /// All input columns of the tile: those left of its first window's centre, those from there to its last
  /// window's centre, and those right of that.
  private func writeColumns(_ ys: [Int], to printer: inout Printer) {
    let padding = tile.geometry.padding
    let lastCentre = row.stride * (row.width - 1)
    printer.line("var x: Vector")
    if padding > 0 {
      printer.block("if edges.hasLeft {") { printer in
        for column in -padding..<0 {
          writeColumn(column, "row - \(Self.times(-column, "pitch"))", ys, to: &printer)
        }
      }
    }
    printer.line("var pixel = row")
    for column in 0...lastCentre { writePixel(column, ys, to: &printer) }
    if padding == 0 { return }
    let always = lastCentre + row.stride - 1
    if row.stride == 1 {
      printer.block("if edges.hasRight {") { printer in
        for column in lastCentre + 1...lastCentre + padding { writePixel(column, ys, to: &printer) }
      }
      return
    }
    printer.block("if edges.hasNext {") { printer in
      for column in lastCentre + 1...always { writePixel(column, ys, to: &printer) }
      if padding < row.stride { return }
      printer.block("if edges.hasRight {") { printer in
        for column in always + 1...lastCentre + padding { writePixel(column, ys, to: &printer) }
      }
    }
  }

  /// A column at or right of the centre of the tile's first window. The pointer moves two pixels at a time,
  /// so that addresses need neither a multiplication nor one register per column.
  private func writePixel(_ column: Int, _ ys: [Int], to printer: inout Printer) {
    if column > 0 && column % 2 == 0 { printer.line("pixel += 2 * pitch") }
    writeColumn(column, column % 2 == 0 ? "pixel" : "pixel + pitch", ys, to: &printer)
  }

  private func writeColumn(
    _ column: Int, _ place: String, _ ys: [Int], to printer: inout Printer
  ) {
    printer.line("x = load(\(place))")
    for y in ys {
      for p in planes {
        for pixel in 0..<row.width {
          let kx = column + tile.geometry.padding - row.stride * pixel
          guard 0..<row.kernel ~= kx else { continue }
          let name = sum(y, p, pixel)
          printer.line("\(name) = multiplyAdd(x, \(weight(y, p, kx)), \(name))")
        }
      }
    }
  }

  /// The function that writes the pixels of output row `y`.
  private func writeStores(of y: Int, to printer: inout Printer) {
    printer.line("@inline(always)")
    let whole = row.multiplier == 1 ? "" : ", isWhole: Bool"
    printer.block(
      "func writeRow\(y)(to output: UnsafeMutablePointer<Float>, pitch: Int\(whole)) {"
    ) { printer in
      printer.line("var pixel = output")
      writeStores(to: &printer) { x in
        row.multiplier == 1 ? sum(y, 0, x) : "firstHalves(\(sum(y, 0, x)), \(sum(y, 1, x)))"
      }
      if row.multiplier == 1 { return }
      printer.block("if isWhole {") { printer in
        printer.line("pixel = output + \(lanes)")
        writeStores(to: &printer) { x in "lastHalves(\(sum(y, 0, x)), \(sum(y, 1, x)))" }
      }
    }
  }

  /// One store per pixel, from `pixel` on.
  private func writeStores(to printer: inout Printer, _ value: (_ x: Int) -> String) {
    for x in 0..<row.width {
      if x > 0 && x % 2 == 0 { printer.line("pixel += 2 * pitch") }
      printer.line("store(\(value(x)), \(x % 2 == 0 ? "pixel" : "pixel + pitch"))")
    }
  }

  /// The function for an input row that the output rows `ys` see.
  static func method(seenBy ys: [Int]) -> String {
    "adding" + ys.map(String.init).joined(separator: "and")
  }

  static func times(_ factor: Int, _ name: String) -> String {
    factor == 1 ? name : "\(factor) * \(name)"
  }

  /// The place `values` after `base`, or before it.
  static func offset(_ base: String, _ values: Int) -> String {
    values == 0 ? base : values > 0 ? "\(base) + \(values)" : "\(base) - \(-values)"
  }
}
