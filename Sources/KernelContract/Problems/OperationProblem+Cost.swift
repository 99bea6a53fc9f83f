extension OperationProblem {
  /// Multiply-adds on real channels and real pixels: taps in the padding are not counted, for no
  /// kernel computes them (nor does benchdnn count them). Zero where the work is of another kind.
  package var multiplyAdds: Int {
    switch operation {
    case .pointwise(let channels):
      input.elements * channels
    case .depthwise(let geometry, _):
      insideTaps(geometry) * output.channels
    case .convolution(let geometry, _, _):
      insideTaps(geometry) * output.channels * input.channels
    case .attention:
      2 * input.pixels * input.pixels * output.channels
    case .globalAveragePool, .scaleChannels, .activation, .add, .fromPlanar, .toPlanar:
      0
    }
  }

  /// Taps inside the image, over all output pixels.
  private func insideTaps(_ geometry: ConvolutionGeometry) -> Int {
    func along(_ extent: Int) -> Int {
      (0..<geometry.outputExtent(extent)).reduce(0) {
        $0 + geometry.insideTaps($1, extent: extent).count
      }
    }
    return along(input.height) * along(input.width)
  }

  /// Weights and biases; for `scaleChannels` the factors.
  package var parameters: Int {
    switch operation {
    case .pointwise(let channels):
      channels * (input.channels + 1)
    case .depthwise(let geometry, _):
      output.channels * (geometry.taps + 1)
    case .convolution(let geometry, let channels, _):
      channels * (input.channels * geometry.taps + 1)
    case .scaleChannels:
      input.channels
    case .attention, .globalAveragePool, .activation, .add, .fromPlanar, .toPlanar:
      0
    }
  }

  /// Bytes of real values that must be read and written once.
  package var bytes: Int {
    let isSecondMapRead = epilogue == .residual || operation == .add
    let maps = input.elements + output.elements + (isSecondMapRead ? output.elements : 0)
    return (maps + parameters) * MemoryLayout<Float>.size
  }
}
