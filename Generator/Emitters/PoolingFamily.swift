import FastViTOperations

/// Emits the mean over all pixels. The tile has several independent sums, because each addition waits for
/// the one before in the same sum.
struct PoolingFamily: Family {
  /// Vectors of channels that are summed side by side.
  let vectors: Int

  var descriptor: String? { "PoolingKernel" }

  private var shape: String { "\(vectors)v" }
  private var name: String { "averagepool_f32_\(shape)" }

  func entries(for target: Target) -> [CatalogueEntry] {
    [
      CatalogueEntry(
        name: name, tile: shape, epilogue: nil, registers: vectors + 1, loadsPerMultiplyAdd: nil,
        arguments: [])
    ]
  }

  func files(for target: Target) throws -> [KernelFile] {
    guard vectors > 1, vectors + 1 <= target.registers else {
      throw KernelPlanError.tooManyRegisters(
        kernel: name, needed: vectors + 1, available: target.registers,
        reason: "\(vectors) sums and the number of pixels")
    }
    var printer = Printer()
    banner(&printer, row: "PoolingFamily")
    writeFunction(target, to: &printer)
    for count in [vectors, 1] {
      printer.line()
      writeTile(count, target, to: &printer)
    }
    return [KernelFile(path: target.path(name), text: printer.text)]
  }

  private func writeFunction(_ target: Target, to printer: inout Printer) {
    let lanes = target.lanes
    printer.lines(
      """
      /// The mean of every channel over all pixels, \(vectors) vectors of channels at a time.
      @inline(never)
      package func \(name)(
        pixels: Int, vectors: Int, input: UnsafeRawPointer, inputPitch: Int,
        output: UnsafeMutableRawPointer
      ) {
        precondition(pixels > 0 && vectors >= 0 && inputPitch >= vectors * \(lanes))
        let (input, output) = (floats(input), floats(output))

        // The last tile starts early enough to be whole, and repeats some channels.
        var vector = 0
        if vectors >= \(vectors) {
          while vector < vectors {
            vector = min(vector, vectors - \(vectors))
            averagePool\(vectors)(
              pixels, input + vector * \(lanes), inputPitch, output + vector * \(lanes))
            vector += \(vectors)
          }
        }
        while vector < vectors {
          averagePool1(pixels, input + vector * \(lanes), inputPitch, output + vector * \(lanes))
          vector += 1
        }
      }
      """)
  }

  private func writeTile(_ count: Int, _ target: Target, to printer: inout Printer) {
    func place(_ base: String, _ vector: Int) -> String {
      vector == 0 ? base : "\(base) + \(vector * target.lanes)"
    }
    printer.lines(
      """
      @inline(always)
      private func averagePool\(count)(
        _ pixels: Int, _ input: UnsafePointer<Float>, _ pitch: Int,
        _ output: UnsafeMutablePointer<Float>
      """)
    printer.block(") {") { printer in
      for vector in 0..<count { printer.line("var s\(vector) = Vector()") }
      printer.block("for pixel in 0..<pixels {") { printer in
        printer.line("let place = input + pixel * pitch")
        for vector in 0..<count {
          printer.line("s\(vector) += load(\(place("place", vector)))")
        }
      }
      printer.line("let count = Vector(repeating: Float(pixels))")
      for vector in 0..<count {
        printer.line("store(s\(vector) / count, \(place("output", vector)))")
      }
    }
  }
}
