import FastViTOperations

/// Emits the conversions between planar feature maps and padded channels-last ones, by squares of values
/// that are transposed in registers.
struct LayoutFamily: Family {
  var descriptor: String? { "LayoutKernel" }

  /// Pixels that are converted at a time: a cache line of every plane, whatever the width of a vector.
  private static let block = 16

  private func name(_ direction: LayoutKernel.Direction) -> String {
    switch direction {
    case .fromPlanar: "fromplanar_f32"
    case .toPlanar: "toplanar_f32"
    }
  }

  func entries(for target: Target) -> [CatalogueEntry] {
    LayoutKernel.Direction.allCases.map { direction in
      CatalogueEntry(
        name: name(direction), tile: "\(Self.block)x1v", epilogue: nil,
        registers: target.lanes + 2, loadsPerMultiplyAdd: nil,
        arguments: ["direction: .\(direction.rawValue)"])
    }
  }

  func files(for target: Target) -> [KernelFile] {
    LayoutKernel.Direction.allCases.map { direction in
      var printer = Printer()
      banner(&printer, row: "LayoutFamily")
      switch direction {
      case .fromPlanar: writeFromPlanar(target, to: &printer)
      case .toPlanar: writeToPlanar(target, to: &printer)
      }
      return KernelFile(path: target.path(name(direction)), text: printer.text)
    }
  }

  private func writeFromPlanar(_ target: Target, to printer: inout Printer) {
    let alignment = ActivationLayout.channelAlignment
    printer.lines(
      """
      /// `[channel][pixel]` to `[pixel][pitch]`. Surplus lanes up to a multiple of \(alignment) become zero.
      @inline(never)
      package func \(name(.fromPlanar))(
        pixels: Int, channels: Int, input: UnsafeRawPointer, inputPitch: Int,
        output: UnsafeMutableRawPointer, outputPitch: Int
      """)
    printer.block(") {") { printer in
      writePadding(to: &printer)
      printer.line("precondition(inputPitch >= pixels && outputPitch >= padded)")
      printer.line("let (input, output) = (floats(input), floats(output))\n")
      writeFewPixels(
        channels: "padded", value: "c < channels ? input[c * inputPitch + pixel] : 0",
        place: "output[pixel * outputPitch + c]", to: &printer)
      writeBlocks(
        target, channels: "padded", rows: "channels - c", columns: "\(target.lanes)",
        source: "input + c * inputPitch + p", target: "output + p * outputPitch + c", to: &printer)
    }
  }

  private func writeToPlanar(_ target: Target, to printer: inout Printer) {
    printer.lines(
      """
      /// `[pixel][pitch]` to `[channel][pixel]`.
      @inline(never)
      package func \(name(.toPlanar))(
        pixels: Int, channels: Int, input: UnsafeRawPointer, inputPitch: Int,
        output: UnsafeMutableRawPointer, outputPitch: Int
      """)
    printer.block(") {") { printer in
      writePadding(to: &printer)
      printer.line("precondition(inputPitch >= padded && outputPitch >= pixels)")
      printer.line("let (input, output) = (floats(input), floats(output))\n")
      writeFewPixels(
        channels: "channels", value: "input[pixel * inputPitch + c]",
        place: "output[c * outputPitch + pixel]", to: &printer)
      writeBlocks(
        target, channels: "channels", rows: "\(target.lanes)", columns: "channels - c",
        source: "input + p * inputPitch + c", target: "output + c * outputPitch + p", to: &printer)
    }
  }

  private func writePadding(to printer: inout Printer) {
    let alignment = ActivationLayout.channelAlignment
    printer.lines(
      """
      let padded = (channels + \(alignment - 1)) / \(alignment) * \(alignment)
      precondition(pixels >= 0 && channels >= 0)
      """)
  }

  /// The conversion of feature maps with fewer pixels than are converted at a time.
  private func writeFewPixels(
    channels: String, value: String, place: String, to printer: inout Printer
  ) {
    printer.block("if pixels < \(Self.block) {") { printer in
      printer.block("for pixel in 0..<pixels {") { printer in
        printer.block("for c in 0..<\(channels) {") { printer in
          printer.line("\(place) = \(value)")
        }
      }
      printer.line("return")
    }
  }

  private func writeBlocks(
    _ target: Target, channels: String, rows: String, columns: String, source: String,
    target place: String, to printer: inout Printer
  ) {
    let (block, lanes) = (Self.block, target.lanes)
    printer.line("// The last block starts early enough to be whole, and moves some pixels again.")
    printer.block("for first in stride(from: 0, to: pixels, by: \(block)) {") { printer in
      printer.line("let pixel = min(first, pixels - \(block))")
      printer.block("for c in stride(from: 0, to: \(channels), by: \(lanes)) {") { printer in
        printer.block("for p in stride(from: pixel, to: pixel + \(block), by: \(lanes)) {") {
          printer in
          printer.lines(
            """
            transposeBlock(
              rows: \(rows), columns: \(columns), from: \(source), pitch: inputPitch,
              to: \(place), pitch: outputPitch)
            """)
        }
      }
    }
  }
}
