import FastViTOperations

extension StemTile {
  /// The whole file: one function per epilogue, the function for one output row, and the sums of a tile
  /// and of a pixel.
  func text(banner: (inout Printer, String) -> Void) -> String {
    var printer = Printer()
    banner(&printer, "row \(shape) of StemPlan")
    for epilogue in StemFamily.epilogues {
      writeFunction(epilogue, to: &printer)
      printer.line()
    }
    writeRow(to: &printer)
    for width in row.width == 1 ? [1] : [row.width, 1] {
      printer.line()
      StemSums(row: row, width: width).write(to: &printer)
    }
    return printer.text
  }

  private func writeFunction(_ epilogue: Epilogue, to printer: inout Printer) {
    let sum = "input ∗ weights + bias"
    printer.line("/// 3×3 s2 from three channels: \(epilogue == .gelu ? "gelu(\(sum))" : sum).")
    printer.line("@inline(never)")
    printer.lines(
      """
      package func \(function(epilogue))(
        rows firstRow: Int, to endRow: Int, height: Int, width: Int, panels: Int,
        input: UnsafeRawPointer, channelStride: Int, rowStride: Int, pixelStride: Int,
        weights: UnsafeRawPointer, bias: UnsafeRawPointer,
        output: UnsafeMutableRawPointer, outputPitch: Int
      """)
    printer.block(") {") { printer in
      printer.lines(
        """
        precondition(0 <= firstRow && firstRow <= endRow)
        precondition(endRow <= (height - 1) / 2 + 1 && width > 0)
        precondition(panels > 0 && outputPitch >= panels * \(panelWidth))
        """)
      printer.bind("input", "weights", "bias", "output")
      printer.line("let columns = (width - 1) / 2 + 1")
      printer.block("for row in firstRow..<endRow {") { printer in
        printer.lines(
          """
          let output = output + row * columns * outputPitch
          computeRow(
            row, height: height, width: width, panels: panels,
            input: input, channelStride: channelStride, rowStride: rowStride,
            pixelStride: pixelStride, weights: weights, bias: bias,
            output: output, outputPitch: outputPitch)
          """)
        if epilogue == .gelu { writeGELU(to: &printer) }
      }
    }
  }

  private func writeGELU(to printer: inout Printer) {
    printer.lines(
      """
      // The row is still in the cache. GELU apart leaves the registers to the sums.
      for column in 0..<columns {
        let pixel = output + column * outputPitch
        for vector in 0..<panels * \(row.vectors) {
          let place = pixel + vector * \(row.target.lanes)
          store(gelu(load(place)), place)
        }
      }
      """)
  }

  private func writeRow(to printer: inout Printer) {
    let width = row.width
    printer.lines(
      """
      /// One output row. Every pixel but the first, and in images of odd width the last, has all three
      /// columns of its window inside the image; those are computed \(width) at a time, where there are as
      /// many. The last tile overlaps the one before.
      private func computeRow(
        _ row: Int, height: Int, width: Int, panels: Int,
        input: UnsafePointer<Float>, channelStride: Int, rowStride: Int, pixelStride: Int,
        weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, outputPitch: Int
      """)
    printer.block(") {") { printer in
      printer.lines(
        """
        let columns = (width - 1) / 2 + 1
        let innerEnd = width % 2 == 0 ? columns : columns - 1
        let top = 2 * row - 1
        let windowRows = max(0, -top)..<min(3, height - top)
        """)
      printer.block("for panel in 0..<panels {") { printer in
        printer.lines(
          """
          let weights = weights + panel * \(27 * panelWidth)
          let bias = bias + panel * \(panelWidth)
          let output = output + panel * \(panelWidth)
          var column = 0
          """)
        printer.block("while column < columns {") { printer in
          if width > 1 {
            printer.block("if column > 0 && column < innerEnd && innerEnd > \(width) {") {
              printer in
              printer.line("column = min(column, innerEnd - \(width))")
              writeTile(width, windowColumns: "0..<3", to: &printer)
              printer.line("column += \(width)")
              printer.line("continue")
            }
          }
          printer.line("let left = 2 * column - 1")
          printer.line("let windowColumns = max(0, -left)..<min(3, width - left)")
          writeTile(1, windowColumns: "windowColumns", to: &printer)
          printer.line("column += 1")
        }
      }
    }
  }

  private func writeTile(_ width: Int, windowColumns: String, to printer: inout Printer) {
    printer.line("var sums = Sums\(width)x\(row.vectors).starting(at: bias)")
    printer.block("for ky in windowRows {") { printer in
      printer.block("for kx in \(windowColumns) {") { printer in
        printer.lines(
          """
          var place = input + (top + ky) * rowStride + (2 * column - 1 + kx) * pixelStride
          var weights = weights + (3 * ky + kx) * \(3 * panelWidth)
          """)
        printer.block("for _ in 0..<3 {") { printer in
          printer.lines(
            """
            sums = sums.adding(place, step: 2 * pixelStride, weights: weights)
            place += channelStride
            weights += \(panelWidth)
            """)
        }
      }
    }
    printer.line("sums.write(to: output + column * outputPitch, pitch: outputPitch)")
  }
}

/// Emits the accumulators of a register tile of the stem.
struct StemSums {
  let row: StemRow
  /// Pixels of this tile: the plan's, or one.
  let width: Int

  private var type: String { "Sums\(width)x\(row.vectors)" }
  private var vectors: Range<Int> { 0..<row.vectors }

  func write(to printer: inout Printer) {
    let pixels = width == 1 ? "one pixel" : "\(width) pixels"
    printer.line("/// The sums of \(pixels) × \(row.vectors) vectors; `x0v1` is pixel 0, vector 1.")
    printer.block("private struct \(type) {") { printer in
      for x in 0..<width {
        printer.line("let " + vectors.map { "x\(x)v\($0): Vector" }.joined(separator: ", "))
      }
      printer.line()
      writeStart(to: &printer)
      printer.line()
      writeTap(to: &printer)
      printer.line()
      writeStores(to: &printer)
    }
  }

  private func place(_ base: String, _ vector: Int) -> String {
    vector == 0 ? base : "\(base) + \(vector * row.target.lanes)"
  }

  private func writeStart(to printer: inout Printer) {
    printer.line("@inline(always)")
    printer.block("static func starting(at bias: UnsafePointer<Float>) -> \(type) {") { printer in
      for v in vectors { printer.line("let b\(v) = load(\(place("bias", v)))") }
      writeNew(to: &printer) { _, v in "b\(v)" }
    }
  }

  private func writeTap(to printer: inout Printer) {
    printer.lines(
      """
      /// With the products of one tap; `step` leads from a pixel's value to the next one's.
      @inline(always)
      func adding(
        _ input: UnsafePointer<Float>, step: Int, weights: UnsafePointer<Float>
      """)
    printer.block(") -> \(type) {") { printer in
      for v in vectors { printer.line("let w\(v) = load(\(place("weights", v)))") }
      // Each broadcast stands right before its products, so that one register holds all of them in turn.
      for x in 0..<width {
        let offset = x == 0 ? "" : x == 1 ? " + step" : " + \(x) * step"
        printer.line("let i\(x) = broadcast(input\(offset))")
        for v in vectors {
          printer.line("let x\(x)v\(v) = multiplyAdd(i\(x), w\(v), self.x\(x)v\(v))")
        }
      }
      writeNew(to: &printer) { x, v in "x\(x)v\(v)" }
    }
  }

  private func writeNew(to printer: inout Printer, _ value: (_ x: Int, _ v: Int) -> String) {
    let arguments = (0..<width).flatMap { x in vectors.map { "x\(x)v\($0): \(value(x, $0))" } }
    printer.list("return \(type)(", arguments, ")")
  }

  private func writeStores(to printer: inout Printer) {
    printer.line("@inline(always)")
    printer.block("func write(to output: UnsafeMutablePointer<Float>, pitch: Int) {") { printer in
      for x in 0..<width {
        let pixel = x == 0 ? "output" : x == 1 ? "output + pitch" : "output + \(x) * pitch"
        for v in vectors { printer.line("store(x\(x)v\(v), \(place(pixel, v)))") }
      }
    }
  }
}
