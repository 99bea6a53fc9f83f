import FastViTOperations

/// The part of a tile's text that depends on which columns and rows of its window lie in the feature map.
extension DepthwiseTile {
  func writeEdgesType(to printer: inout Printer) {
    printer.line("/// Which input columns beside a tile's first and last centre lie in the image.")
    printer.block("private struct Edges {") { printer in
      printer.line("let hasLeft: Bool, hasRight: Bool")
      if row.stride == 2 {
        printer.line("/// The column next to the last centre: at the edge, even widths have it.")
        printer.line("let hasNext: Bool")
      }
    }
  }

  /// The products of all input rows of a tile. The cases of edges are told apart before the loops over
  /// rows, or by branches within the one loop (see `DepthwiseRow.loops`).
  func writeWindow(height: Int, to printer: inout Printer) {
    func writeRows(to printer: inout Printer) {
      for rows in inputRows(height: height) { writeProducts(rows, height: height, to: &printer) }
    }
    if row.loops == 1 { return writeRows(to: &printer) }
    let isEven = row.loops == 6 ? ", width % 2 == 0" : ""
    printer.block("switch (x > 0, x < lastTile\(isEven)) {") { printer in
      for left in [true, false] {
        for (right, next) in rightEdges {
          let last = row.loops == 4 ? "" : ", \(right ? "_" : next)"
          printer.line("case (\(left), \(right)\(last)):")
          writeEdges("\(left)", "\(right)", next: next, to: &printer)
          writeRows(to: &printer)
        }
      }
    }
  }

  /// The cases of a tile's right edge: whether all columns beyond its last window's centre exist, and
  /// whether the first of them does, which at the edge holds for even widths.
  private var rightEdges: [(right: Bool, next: String)] {
    [(true, "true")]
      + (row.loops == 6 ? ["true", "false"] : ["width % 2 == 0"]).map { (false, $0) }
  }

  /// The value of `Edges` for a tile; `left`, `right` and `next` are Swift expressions.
  func writeEdges(
    _ left: String, _ right: String, next: String, to printer: inout Printer
  ) {
    let next = row.stride == 1 ? [] : ["hasNext: \(next)"]
    printer.list("let edges = Edges(", ["hasLeft: \(left)", "hasRight: \(right)"] + next, ")")
  }

  /// The calls that add `rows`, with a test for those that may lie outside the feature map.
  private func writeProducts(_ rows: InputRows, height: Int, to printer: inout Printer) {
    let padding = geometry.padding
    let last = row.stride * (height - 1) + padding
    let step = row.kernel * row.target.lanes
    func writeCall(_ index: String, _ weights: String, to printer: inout Printer) {
      let source = index == "0" ? "corner" : "corner + \(index == "1" ? "" : index + " * ")rowPitch"
      printer.list(
        "sums = sums.\(DepthwiseSums.method(seenBy: rows.seenBy))(",
        [source, "pitch: inputPitch", "weights: \(weights)", "edges: edges"], ")")
    }
    if rows.indices.count == 1 {
      let index = rows.indices.lowerBound
      let place = index == 0 ? "weights" : "weights + \(index * step)"
      let test =
        index < padding ? "top + \(index) >= 0" : index > last ? "top + \(index) < height" : nil
      guard let test else { return writeCall("\(index)", place, to: &printer) }
      printer.block("if \(test.replacing("top + 0", with: "top")) {") { printer in
        writeCall("\(index)", place, to: &printer)
      }
      return
    }
    let first = rows.indices.lowerBound
    let start = first < padding ? "max(\(first), -top)" : "\(first)"
    let end = rows.indices.upperBound
    let stop = end - 1 > last ? "min(\(end), height - top)" : "\(end)"
    printer.block("for index in \(start)..<\(stop) {") { printer in
      writeCall("index", "weights + index * \(step)", to: &printer)
    }
  }
}
