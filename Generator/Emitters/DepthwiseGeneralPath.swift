/// Emits the path for feature maps that are too narrow for a tile: one pixel at a time, with the window
/// clipped to the feature map at each.
///
/// Neighbouring pixels do not share taps, but all channels of one pixel do: the sums of several
/// vectors of channels hide each other's latency. Each product then loads both factors, which limits the
/// path to about half of a tile's speed, at any width.
struct DepthwiseGeneralPath {
  let tile: DepthwiseTile

  private var row: DepthwiseRow { tile.row }
  private var lanes: Int { row.target.lanes }
  private var planes: Int { row.multiplier }

  /// Vectors of input channels that are computed together. One is enough for the portable kernels, whose
  /// tiles are single pixels: they make a multiply-add of many instructions, which hide its latency.
  private var group: Int { tile.isSinglePixel ? 1 : 4 / planes }

  func write(to printer: inout Printer) {
    let purpose = tile.isSinglePixel ? "" : ", for maps that no tile fits"
    printer.line("/// Every pixel by itself, its window clipped to the image\(purpose).")
    printer.line("private func computePixels(")
    printer.lines(DepthwiseTile.parameters)
    printer.block(") {") { printer in
      printer.line("let columns = \(tile.outputExtent("width"))")
      let vectors = planes == 1 ? "vectors" : "inputVectors"
      if planes > 1 { printer.line("let inputVectors = (vectors + 1) / \(planes)") }
      printer.line("var vector = 0")
      if group > 1 {
        printer.line("// The last \(group) overlap those before, so that they are whole.")
        printer.block("while \(vectors) >= \(group) && vector < \(vectors) {") { printer in
          printer.line("vector = min(vector, \(vectors) - \(group))")
          writePixels(group: group, to: &printer)
        }
        printer.line("// Fewer go one by one.")
      }
      printer.block("while vector < \(vectors) {") { writePixels(group: 1, to: &$0) }
    }
  }

  /// All pixels of `group` vectors of input channels, and the increment to the next vectors.
  private func writePixels(group: Int, to printer: inout Printer) {
    let taps = planes * row.kernel * row.kernel
    printer.line("let input = input + vector * \(lanes)")
    printer.line("let weights = weights + vector * \(taps * lanes)")
    printer.line("let bias = bias + vector * \(planes * lanes)")
    printer.line("let output = output + vector * \(planes * lanes)")
    printer.block("for y in firstRow..<endRow {") { printer in
      printer.line("let top = \(origin("y"))")
      printer.block("for x in 0..<columns {") { printer in
        printer.line("let left = \(origin("x"))")
        for sum in sums(group: group) {
          printer.line("var \(sum.name) = load(\(DepthwiseSums.offset("bias", sum.slice * lanes)))")
        }
        writeProducts(group: group, to: &printer)
        writeStores(group: group, to: &printer)
      }
    }
    printer.line("vector += \(group)")
  }

  private func origin(_ name: String) -> String {
    (row.stride == 1 ? name : "\(row.stride) * \(name)") + " - \(tile.geometry.padding)"
  }

  /// The sums of a pixel. `slice` is the index of a sum's plane of weights and of its vector of bias.
  private func sums(group: Int) -> [(name: String, vector: Int, slice: Int)] {
    (0..<group).flatMap { vector in
      (0..<planes).map { plane in
        let name = planes == 1 ? "sum" : plane == 0 ? "even" : "odd"
        return ("\(name)\(vector)", vector, vector * planes + plane)
      }
    }
  }

  private func writeProducts(group: Int, to printer: inout Printer) {
    let kernel = row.kernel
    printer.block("for ky in max(0, -top)..<min(\(kernel), height - top) {") { printer in
      printer.block("for kx in max(0, -left)..<min(\(kernel), width - left) {") { printer in
        printer.line("let pixel = input + ((top + ky) * width + left + kx) * inputPitch")
        printer.line("let tap = weights + (ky * \(kernel) + kx) * \(lanes)")
        for vector in 0..<group {
          printer.line("let x\(vector) = load(\(DepthwiseSums.offset("pixel", vector * lanes)))")
        }
        for sum in sums(group: group) {
          let place = DepthwiseSums.offset("tap", sum.slice * kernel * kernel * lanes)
          printer.line("\(sum.name) = multiplyAdd(x\(sum.vector), load(\(place)), \(sum.name))")
        }
      }
    }
  }

  private func writeStores(group: Int, to printer: inout Printer) {
    printer.line("let place = output + (y * columns + x) * outputPitch")
    for vector in 0..<group {
      let place = DepthwiseSums.offset("place", vector * planes * lanes)
      if planes == 1 {
        printer.line("store(sum\(vector), \(place))")
        continue
      }
      printer.line("store(firstHalves(even\(vector), odd\(vector)), \(place))")
      let next = DepthwiseSums.offset("place", (vector * planes + 1) * lanes)
      let store = "store(lastHalves(even\(vector), odd\(vector)), \(next))"
      // Only the last vector of all may lack its second half.
      if vector + 1 < group {
        printer.line(store)
      } else {
        printer.line("if 2 * vector + \(2 * vector + 1) < vectors { \(store) }")
      }
    }
  }
}
