/// Emits the path for everything that is too small for a tile: one pixel and one vector at a time, the
/// window clipped to the image at each.
struct DepthwiseGeneralPath {
  let tile: DepthwiseTile

  func write(to printer: inout Printer) {
    let purpose = tile.isSinglePixel ? "" : ", for maps that no tile fits"
    printer.line("/// Every pixel by itself, its window clipped to the image\(purpose).")
    printer.line("private func computePixels(")
    printer.lines(DepthwiseTile.parameters)
    let vectors = tile.row.multiplier == 1 ? "vectors" : "(vectors + 1) / 2"
    printer.block(") {") { printer in
      printer.line("let columns = \(tile.outputExtent("width"))")
      printer.block("for vector in 0..<\(vectors) {") { printer in
        printer.block("for y in firstRow..<endRow {") { printer in
          printer.block("for x in 0..<columns {") { printer in
            writePixel(to: &printer)
          }
        }
      }
    }
  }

  private func writePixel(to printer: inout Printer) {
    let row = tile.row
    let (kernel, lanes, planes) = (row.kernel, row.target.lanes, row.multiplier)
    let origin = { (name: String) in
      (row.stride == 1 ? name : "\(row.stride) * \(name)") + " - \(tile.geometry.padding)"
    }
    printer.line("let top = \(origin("y"))")
    printer.line("let left = \(origin("x"))")
    let names = planes == 1 ? ["sum"] : ["even", "odd"]
    for (plane, name) in names.enumerated() {
      let place = "bias + vector * \(planes * lanes)\(plane == 0 ? "" : " + \(lanes)")"
      printer.line("var \(name) = load(\(place))")
    }
    printer.block("for ky in max(0, -top)..<min(\(kernel), height - top) {") { printer in
      printer.block("for kx in max(0, -left)..<min(\(kernel), width - left) {") { printer in
        printer.line("let pixel = (top + ky) * width + left + kx")
        printer.line("let x = load(input + pixel * inputPitch + vector * \(lanes))")
        let first = "vector * \(planes * kernel * kernel)"
        printer.line("let tap = weights + (\(first) + ky * \(kernel) + kx) * \(lanes)")
        for (plane, name) in names.enumerated() {
          let place = plane == 0 ? "tap" : "tap + \(kernel * kernel * lanes)"
          printer.line("\(name) = multiplyAdd(x, load(\(place)), \(name))")
        }
      }
    }
    let step = planes * lanes
    printer.line("let place = output + (y * columns + x) * outputPitch + vector * \(step)")
    if planes == 1 {
      printer.line("store(sum, place)")
    } else {
      printer.line("store(firstHalves(even, odd), place)")
      printer.line("if 2 * vector + 1 < vectors { store(lastHalves(even, odd), place + \(lanes)) }")
    }
  }
}
