import FastViTOperations

extension DepthwiseTile {
  /// The whole file: one function per epilogue, the paths for what no tile fits, and the sums of a tile.
  func text(banner: (inout Printer, String) -> Void) -> String {
    var printer = Printer()
    banner(&printer, "row \(window), \(shape) of DepthwisePlan")
    writeConvolution(to: &printer)
    printer.line()
    writeActivated(to: &printer)
    if row.height > 1 {
      printer.line()
      writeSingleRows(to: &printer)
    }
    printer.line()
    DepthwiseGeneralPath(tile: self).write(to: &printer)
    if !isSinglePixel {
      printer.line()
      writeEdgesType(to: &printer)
      printer.line()
      DepthwiseSums(tile: self).write(to: &printer)
    }
    if row.multiplier == 2 {
      printer.line()
      writeInterleaving(to: &printer)
    }
    return printer.text
  }

  /// The window, as in the tables: `7×7 s2 m2`.
  private var window: String {
    "\(row.kernel)×\(row.kernel) s\(row.stride)" + (row.multiplier == 1 ? "" : " m2")
  }

  private func writeSignature(_ epilogue: Epilogue, to printer: inout Printer) {
    printer.line("@inline(never)")
    printer.line("package func \(function(epilogue))(")
    printer.lines(Self.rawParameters)
  }

  /// The parameters of a kernel.
  private static let rawParameters = """
      rows firstRow: Int, to endRow: Int, height: Int, width: Int, vectors: Int,
      input: UnsafeRawPointer, inputPitch: Int,
      weights: UnsafeRawPointer, bias: UnsafeRawPointer,
      output: UnsafeMutableRawPointer, outputPitch: Int
    """

  /// The parameters of the functions that a kernel calls.
  static let parameters = """
      rows firstRow: Int, to endRow: Int, height: Int, width: Int, vectors: Int,
      input: UnsafePointer<Float>, inputPitch: Int,
      weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
      output: UnsafeMutablePointer<Float>, outputPitch: Int
    """

  /// The arguments that pass `parameters` on; `rows` is the text of the first two.
  static func arguments(rows: String) -> String {
    """
      \(rows), height: height, width: width, vectors: vectors,
      input: input, inputPitch: inputPitch, weights: weights, bias: bias,
      output: output, outputPitch: outputPitch)
    """
  }

  /// The output's extent, as text, where `name` is the input's.
  func outputExtent(_ name: String) -> String {
    row.stride == 1 ? name : "(\(name) - 1) / \(row.stride) + 1"
  }

  private func writeConvolution(to printer: inout Printer) {
    let lanes = row.target.lanes
    let rows = row.height == 1 ? "row" : "rows"
    let vectors = row.vectors == 1 ? "" : " of \(row.vectors) vectors in turn"
    let tile = isSinglePixel ? "a pixel" : "\(row.width) pixels × \(row.height) \(rows)\(vectors)"
    printer.line("/// Depthwise \(window): input ∗ weights + bias, \(tile) at a time.")
    writeSignature(.bias, to: &printer)
    printer.block(") {") { printer in
      printer.line("precondition(0 <= firstRow && firstRow <= endRow)")
      printer.line("precondition(endRow <= \(outputExtent("height")) && width > 0)")
      printer.line("precondition(vectors > 0 && outputPitch >= vectors * \(lanes))")
      printer.bind("input", "weights", "bias", "output")
      if isSinglePixel {
        printer.line("computePixels(")
        printer.lines(Self.arguments(rows: "rows: firstRow, to: endRow"))
        return
      }
      printer.line("let columns = \(outputExtent("width"))")
      writeGuard(to: &printer)
      if row.height == 1 { return writeBands(height: 1, to: &printer) }
      printer.line("let rest = (endRow - firstRow) % \(row.height)")
      writeBands(height: row.height, to: &printer)
      printer.block("if rest > 0 {") { printer in
        printer.line("computeSingleRows(")
        printer.lines(Self.arguments(rows: "rows: endRow - rest, to: endRow"))
      }
    }
  }

  /// The path for the last rows of a call, where they are fewer than a tile's: tiles of one row.
  private func writeSingleRows(to printer: inout Printer) {
    printer.line("/// The rows that are left over where a call's are no multiple of the tile's.")
    printer.line("private func computeSingleRows(")
    printer.lines(Self.parameters)
    printer.block(") {") { printer in
      printer.line("let columns = \(outputExtent("width"))")
      writeBands(height: 1, to: &printer)
    }
  }

  /// The loops over vectors and over groups of `height` output rows. Rows that make no whole group are
  /// left out.
  private func writeBands(height: Int, to printer: inout Printer) {
    printer.line("let rowPitch = width * inputPitch")
    printer.line("let outputRowPitch = columns * outputPitch")
    printer.line("let lastTile = columns - \(row.width)")
    printer.line()
    printer.lines(
      """
      // The last tile of a row overlaps the one before, so that it is whole: the pixels that are
      // written twice get the same bits.
      """)
    let vectors = row.multiplier == 1 ? "vectors" : "(vectors + 1) / 2"
    func writeRows(to printer: inout Printer) {
      printer.line("var row = firstRow")
      printer.block("while row < endRow\(height == 1 ? "" : " - rest") {") { printer in
        writeTiles(height: height, to: &printer)
        printer.line("row += \(height)")
      }
    }
    if row.vectors == 1 {
      printer.block("for vector in 0..<\(vectors) {") { printer in
        writeVector(to: &printer)
        writeRows(to: &printer)
      }
    } else {
      let starts = "stride(from: 0, to: \(vectors), by: \(row.vectors))"
      printer.block("for first in \(starts) {") { printer in
        printer.line("let end = min(first + \(row.vectors), \(vectors))")
        writeRows(to: &printer)
      }
    }
  }

  /// The operands of the vector of input channels `vector`.
  private func writeVector(to printer: inout Printer) {
    let lanes = row.target.lanes
    let taps = row.multiplier * row.kernel * row.kernel
    if row.multiplier == 2 { printer.line("let isWhole = 2 * vector + 1 < vectors") }
    printer.line("let input = input + vector * \(lanes)")
    printer.line("let weights = weights + vector * \(taps * lanes)")
    printer.line("let bias = bias + vector * \(row.multiplier * lanes)")
    printer.line("let output = output + vector * \(row.multiplier * lanes)")
  }

  /// Sends widths that tiles cannot cover to the general path.
  private func writeGuard(to printer: inout Printer) {
    let least = row.width + reach
    let one = "columns == \(row.width)"
    let condition: String
    if row.width >= 2 * reach - 1 {
      condition = reach == 1 ? "columns >= \(row.width)" : "\(one) || columns >= \(least)"
    } else {
      // Between the first and the last tile there is no room for one that sees neither edge.
      let two = "\(least)...\(2 * row.width) ~= columns"
      condition = least > 2 * row.width ? one : "\(one) || \(two)"
    }
    printer.block("guard \(condition) else {") { printer in
      printer.line("return computePixels(")
      printer.lines(Self.arguments(rows: "rows: firstRow, to: endRow"))
    }
  }

  /// The loop over the tiles of `height` output rows, from left to right.
  private func writeTiles(height: Int, to printer: inout Printer) {
    let padding = geometry.padding
    let first = row.stride == 1 ? "row" : "\(row.stride) * row"
    printer.line("let top = \(first)\(padding == 0 ? "" : " - \(padding)")")
    printer.line("var x = 0")
    printer.block("while true {") { printer in
      if row.loops == 1 {
        writeEdges("x > 0", "x < lastTile", next: "x < lastTile || width % 2 == 0", to: &printer)
      }
      if row.vectors == 1 {
        writeTile(height: height, to: &printer)
      } else {
        printer.block("for vector in first..<end {") { printer in
          writeVector(to: &printer)
          writeTile(height: height, to: &printer)
        }
      }
      printer.line("if x == lastTile { break }")
      printer.line("let next = x + \(row.width)")
      printer.line("x = next < lastTile ? min(next, lastTile - \(reach)) : lastTile")
    }
  }

  /// A tile from bias to store.
  private func writeTile(height: Int, to printer: inout Printer) {
    let x = row.stride == 1 ? "x" : "\(row.stride) * x"
    printer.line("let corner = input + top * rowPitch + \(x) * inputPitch")
    printer.line("var sums = Sums.starting(at: bias)")
    writeWindow(height: height, to: &printer)
    printer.line("let place = output + row * outputRowPitch + x * outputPitch")
    let whole = row.multiplier == 1 ? [] : ["isWhole: isWhole"]
    for y in 0..<height {
      let start = y == 0 ? "place" : "place + \(DepthwiseSums.times(y, "outputRowPitch"))"
      printer.list("sums.writeRow\(y)(", ["to: \(start)", "pitch: outputPitch"] + whole, ")")
    }
  }

  private func writeActivated(to printer: inout Printer) {
    let lanes = row.target.lanes
    printer.line("/// Depthwise \(window): gelu(input ∗ weights + bias).")
    writeSignature(.gelu, to: &printer)
    printer.block(") {") { printer in
      printer.line("let output = floats(output)")
      printer.line("let columns = \(outputExtent("width"))")
      printer.line("var row = firstRow")
      printer.line("// A band of rows at a time is still in the cache when GELU reads it back.")
      printer.block("while row < endRow {") { printer in
        printer.line("let end = min(row + \(row.height), endRow)")
        printer.line("\(function(.bias))(")
        printer.lines(Self.arguments(rows: "rows: row, to: end"))
        printer.line("var pixel = output + row * columns * outputPitch")
        printer.block("for _ in 0..<(end - row) * columns {") { printer in
          printer.block("for vector in 0..<vectors {") { printer in
            printer.line("let place = pixel + vector * \(lanes)")
            printer.line("store(gelu(load(place)), place)")
          }
          printer.line("pixel += outputPitch")
        }
        printer.line("row = end")
      }
    }
  }

  private func writeInterleaving(to printer: inout Printer) {
    let lanes = row.target.lanes
    for (name, half) in [("firstHalves", 0..<lanes / 2), ("lastHalves", lanes / 2..<lanes)] {
      if half.lowerBound > 0 { printer.line() }
      let last = half.upperBound - 1
      printer.line("/// Lanes \(half.lowerBound) to \(last) of both vectors, alternating.")
      printer.line("@inline(always)")
      printer.block("private func \(name)(_ even: Vector, _ odd: Vector) -> Vector {") { printer in
        printer.list("Vector(", half.map { "even[\($0)], odd[\($0)]" }, ")")
      }
    }
  }
}
