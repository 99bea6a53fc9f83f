import FastViTOperations

/// Emits layer normalisation over each pixel's channels: so many pixels side by side that sums need not wait
/// for each other.
struct NormalisationFamily: Family {
  /// Sums that live side by side: pixels of a tile times vectors of one pixel's partial sums.
  let sums: Int

  var descriptor: String? { "NormalisationKernel" }

  /// Vectors of the partial sums of one pixel.
  private func vectors(_ target: Target) -> Int { NormalisationKernel.partialSums / target.lanes }

  /// Pixels of a tile.
  private func pixels(_ target: Target) -> Int { max(1, sums / vectors(target)) }

  private func shape(_ target: Target) -> String { "\(pixels(target))x\(vectors(target))v" }
  private func name(_ target: Target) -> String { "layernorm_f32_\(shape(target))" }

  /// Sums, a pixel's mean each, and the operands of one product.
  private func registers(_ target: Target) -> Int {
    pixels(target) * (vectors(target) + 1) + 2
  }

  func entries(for target: Target) -> [CatalogueEntry] {
    [
      CatalogueEntry(
        name: name(target), tile: shape(target), epilogue: nil, registers: registers(target),
        loadsPerMultiplyAdd: nil, arguments: [])
    ]
  }

  func files(for target: Target) throws -> [KernelFile] {
    guard registers(target) <= target.registers else {
      throw KernelPlanError.tooManyRegisters(
        kernel: name(target), needed: registers(target), available: target.registers,
        reason: "sums, means and two operands")
    }
    var printer = Printer()
    banner(&printer, row: "NormalisationFamily")
    writeFunction(target, to: &printer)
    for count in Set([pixels(target), 1]).sorted(by: >) {
      printer.line()
      writeTile(pixels: count, target, to: &printer)
    }
    printer.line()
    writeStatistics(target, to: &printer)
    return [KernelFile(path: target.path(name(target)), text: printer.text)]
  }

  private func writeFunction(_ target: Target, to printer: inout Printer) {
    let several = pixels(target)
    printer.lines(
      """
      /// Layer normalisation over each pixel's channels, \(several) pixels at a time.
      @inline(never)
      package func \(name(target))(
        pixels: Int, vectors: Int, channels: Int, input: UnsafeRawPointer, inputPitch: Int,
        weights: UnsafeRawPointer, output: UnsafeMutableRawPointer, outputPitch: Int
      """)
    printer.block(") {") { printer in
      printer.lines(
        """
        let width = vectors * \(target.lanes)
        precondition(pixels >= 0 && channels > 0 && channels <= width)
        precondition(width & \(NormalisationKernel.partialSums - 1) == 0)
        precondition(inputPitch >= width && outputPitch >= width)
        let (input, weights, output) = (floats(input), floats(weights), floats(output))

        var pixel = 0
        """)
      if several > 1 {
        printer.line("// The last tile starts early enough to be whole, and repeats some pixels.")
        printer.block("if pixels >= \(several) {") { printer in
          printer.block("while pixel < pixels {") { printer in
            printer.line("pixel = min(pixel, pixels - \(several))")
            writeCall(several, to: &printer)
          }
        }
      }
      printer.block("while pixel < pixels {") { printer in writeCall(1, to: &printer) }
    }
  }

  private func writeCall(_ count: Int, to printer: inout Printer) {
    printer.lines(
      """
      normalise\(count)(
        width, channels, input + pixel * inputPitch, inputPitch, weights,
        output + pixel * outputPitch, outputPitch)
      pixel += \(count)
      """)
  }

  /// The function that normalises `count` pixels side by side.
  private func writeTile(pixels count: Int, _ target: Target, to printer: inout Printer) {
    let (step, vectors) = (NormalisationKernel.partialSums, vectors(target))
    func place(_ base: String, _ pixel: Int, _ vector: Int) -> String {
      let row = pixel == 0 ? "" : pixel == 1 ? " + pitch" : " + \(pixel) * pitch"
      return base + row + " + c" + (vector == 0 ? "" : " + \(vector * target.lanes)")
    }
    /// A statement per pixel and vector, in a loop over channels.
    func loop(
      _ printer: inout Printer,
      _ head: (_ pixel: Int, _ vector: Int) -> String,
      _ items: (_ pixel: Int, _ vector: Int) -> [String]
    ) {
      printer.block("for c in stride(from: 0, to: width, by: \(step)) {") { printer in
        for vector in 0..<vectors {
          for pixel in 0..<count { printer.list(head(pixel, vector), items(pixel, vector), ")") }
        }
      }
    }
    func total(_ name: String, _ pixel: Int) -> String {
      "total(" + (0..<vectors).map { "\(name)\(pixel)\($0)" }.joined(separator: ", ") + ") / count"
    }
    func variables(_ printer: inout Printer, _ name: String) {
      for pixel in 0..<count {
        for vector in 0..<vectors { printer.line("var \(name)\(pixel)\(vector) = Vector()") }
      }
    }
    printer.lines(
      """
      @inline(always)
      private func normalise\(count)(
        _ width: Int, _ channels: Int, _ input: UnsafePointer<Float>, _ pitch: Int,
        _ weights: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ outputPitch: Int
      """)
    printer.block(") {") { printer in
      printer.line("let count = Float(channels)")
      variables(&printer, "s")
      loop(&printer, { "s\($0)\($1) += load(" }, { [place("input", $0, $1)] })
      for pixel in 0..<count {
        printer.line("let m\(pixel) = Vector(repeating: -(\(total("s", pixel))))")
      }
      printer.line("// A surplus channel, which is zero, is taken to have the mean 0.")
      printer.line("let isReal = weights + 2 * width")
      variables(&printer, "q")
      loop(
        &printer, { _, _ in "square(" },
        { ["&q\($0)\($1)", "m\($0)", place("isReal", 0, $1), place("input", $0, $1)] })
      printer.line("let epsilon = weights[3 * width]")
      for pixel in 0..<count {
        printer.line("let f\(pixel) = factor(\(total("q", pixel)) + epsilon)")
      }
      printer.line("let shifts = weights + width")
      loop(
        &printer, { _, _ in "scale(" },
        {
          [
            place("input", $0, $1), "m\($0)", "f\($0)", place("weights", 0, $1),
            place("shifts", 0, $1),
            place("output", $0, $1).replacing("pitch", with: "outputPitch"),
          ]
        })
    }
  }

  /// The functions that make a pixel's statistics.
  private func writeStatistics(_ target: Target, to printer: inout Printer) {
    let vectors = vectors(target)
    let parameters = (0..<vectors).map { "_ v\($0): Vector" }.joined(separator: ", ")
    printer.lines(
      """
      /// Adds the square of a distance from the mean, `negativeMean` · `isReal` + `value`, to `sum`.
      @inline(always)
      private func square(
        _ sum: inout Vector, _ negativeMean: Vector, _ isReal: UnsafePointer<Float>,
        _ value: UnsafePointer<Float>
      ) {
        let distance = multiplyAdd(negativeMean, load(isReal), load(value))
        addProduct(&sum, distance, distance)
      }

      /// Writes (`value` + `negativeMean`) · `factor` · `scale` + `shift` to `output`.
      @inline(always)
      private func scale(
        _ value: UnsafePointer<Float>, _ negativeMean: Vector, _ factor: Vector,
        _ scale: UnsafePointer<Float>, _ shift: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>
      ) {
        let distance = (load(value) + negativeMean) * factor
        store(multiplyAdd(distance, load(scale), load(shift)), output)
      }

      /// 1 / √`variance` in every lane.
      @inline(always)
      private func factor(_ variance: Float) -> Vector {
        Vector(repeating: 1 / variance.squareRoot())
      }

      /// The sum of all lanes: the second half is added to the first until one is left.
      @inline(always)
      private func total(\(parameters)) -> Float {
      """)
    let sums =
      switch vectors {
      case 1: "v0"
      case 2: "v0 + v1"
      default: "(v0 + v2) + (v1 + v3)"
      }
    printer.line("  let h\(target.lanes) = \(sums)")
    var lanes = target.lanes
    while lanes > 2 {
      lanes /= 2
      printer.line("  let h\(lanes) = h\(2 * lanes).lowHalf + h\(2 * lanes).highHalf")
    }
    printer.line("  return h2[0] + h2[1]")
    printer.line("}")
  }
}
