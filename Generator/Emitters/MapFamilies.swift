import FastViTOperations

/// Emits the multiplication of every pixel by one factor per channel, with and without GELU after it.
struct ScalingFamily: Family {
  var descriptor: String? { "ScalingKernel" }

  private static let name = "scale_f32"
  private static let activations: [ActivationFunction?] = [nil, .gelu]

  private func function(_ activation: ActivationFunction?) -> String {
    Self.name + (activation.map { "_\($0.rawValue)" } ?? "")
  }

  func entries(for target: Target) -> [CatalogueEntry] {
    Self.activations.map { activation in
      CatalogueEntry(
        name: function(activation), tile: "1v", epilogue: nil,
        registers: activation == nil ? 2 : 2 + VectorFunctionsFamily.geluRegisters,
        loadsPerMultiplyAdd: nil,
        arguments: ["activation: \(activation.map { ".\($0.rawValue)" } ?? "nil")"])
    }
  }

  func files(for target: Target) -> [KernelFile] {
    var printer = Printer()
    banner(&printer, row: "ScalingFamily")
    for (index, activation) in Self.activations.enumerated() {
      if index > 0 { printer.line() }
      let product = "load(source + c) * load(factors + c)"
      printer.lines(
        """
        /// input · factors\(activation == .gelu ? ", then GELU" : ""), one factor per channel.
        @inline(never)
        package func \(function(activation))(
          pixels: Int, vectors: Int, input: UnsafeRawPointer, inputPitch: Int,
          factors: UnsafeRawPointer, output: UnsafeMutableRawPointer, outputPitch: Int
        ) {
          let channels = vectors * \(target.lanes)
          precondition(pixels >= 0 && inputPitch >= channels && outputPitch >= channels)
          let (input, factors, output) = (floats(input), floats(factors), floats(output))

          for pixel in 0..<pixels {
            let source = input + pixel * inputPitch
            let target = output + pixel * outputPitch
            for c in stride(from: 0, to: channels, by: \(target.lanes)) {
              store(\(activation == nil ? product : "gelu(\(product))"), target + c)
            }
          }
        }
        """)
    }
    return [KernelFile(path: target.path(Self.name), text: printer.text)]
  }
}

/// Emits GELU of every value of a feature map.
struct ActivationFamily: Family {
  var descriptor: String? { "ActivationKernel" }

  private static let name = "gelu_f32"

  func entries(for target: Target) -> [CatalogueEntry] {
    [
      CatalogueEntry(
        name: Self.name, tile: "1v", epilogue: nil,
        registers: 1 + VectorFunctionsFamily.geluRegisters, loadsPerMultiplyAdd: nil,
        arguments: ["activation: .gelu"])
    ]
  }

  func files(for target: Target) -> [KernelFile] {
    var printer = Printer()
    banner(&printer, row: "ActivationFamily")
    printer.lines(
      """
      /// GELU of every value.
      @inline(never)
      package func \(Self.name)(
        pixels: Int, vectors: Int, input: UnsafeRawPointer, inputPitch: Int,
        output: UnsafeMutableRawPointer, outputPitch: Int
      ) {
        let channels = vectors * \(target.lanes)
        precondition(pixels >= 0 && inputPitch >= channels && outputPitch >= channels)
        let (input, output) = (floats(input), floats(output))

        // A map without gaps is one long row.
        let dense = inputPitch == channels && outputPitch == channels
        let rows = dense ? 1 : pixels
        let width = dense ? pixels * channels : channels
        for row in 0..<rows {
          let source = input + row * inputPitch
          let target = output + row * outputPitch
          for c in stride(from: 0, to: width, by: \(target.lanes)) {
            store(gelu(load(source + c)), target + c)
          }
        }
      }
      """)
    return [KernelFile(path: target.path(Self.name), text: printer.text)]
  }
}
