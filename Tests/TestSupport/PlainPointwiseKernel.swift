import FastViTOperations

extension PointwiseKernel {
  /// Matrix products with factors of `bf16`, written as plain loops: kernels of another type than those that
  /// are generated, one per epilogue and width of a panel.
  package static let plainBFloat16: [PointwiseKernel] = [1, 2].flatMap { vectors in
    Epilogue.allCases.map { epilogue in
      PointwiseKernel(
        name: "pointwise_bf16_2x\(vectors)v_\(epilogue.rawValue)", instructionSet: .portable,
        precision: .bf16, rows: 2, vectors: vectors, epilogue: epilogue, registers: 1,
        loadsPerMultiplyAdd: 2,
        function: plainBFloat16(width: vectors * InstructionSet.portable.lanes, epilogue))
    }
  }

  private static func plainBFloat16(width: Int, _ epilogue: Epilogue) -> Function {
    {
      rows, panels, depth, input, inputPitch, weights, bias, residual, residualPitch, output,
      outputPitch in
      let (input, bias) = (floats(input), floats(bias))
      let output = output.assumingMemoryBound(to: Float.self)
      let factors = weights.assumingMemoryBound(to: UInt16.self)
      let pairs = (depth + 1) / 2
      for row in 0..<rows {
        for channel in 0..<panels * width {
          let (panel, lane) = channel.quotientAndRemainder(dividingBy: width)
          var sum = withoutSubnormal(bias[channel])
          for pair in 0..<pairs {
            for k in [2 * pair + 1, 2 * pair] {
              let left = k < depth ? BFloat16(input[row * inputPitch + k]).float : 0
              let bits = factors[((panel * pairs + pair) * width + lane) * 2 + k % 2]
              let right = Float(bitPattern: UInt32(bits) << 16)
              sum = withoutSubnormal(
                sum.addingProduct(withoutSubnormal(left), withoutSubnormal(right)))
            }
          }
          let other = residual.map { floats($0)[row * residualPitch + channel] } ?? 0
          output[row * outputPitch + channel] = finished(sum, epilogue, other)
        }
      }
    }
  }

  private static func floats(_ place: UnsafeRawPointer) -> UnsafePointer<Float> {
    place.assumingMemoryBound(to: Float.self)
  }

  /// As the instructions for `bf16` see numbers and store sums.
  private static func withoutSubnormal(_ value: Float) -> Float {
    value.isSubnormal ? Float(signOf: value, magnitudeOf: 0) : value
  }

  private static func finished(_ sum: Float, _ epilogue: Epilogue, _ other: Float) -> Float {
    switch epilogue {
    case .bias: sum
    case .gelu: Float.gelu(sum)
    case .relu: sum > 0 ? sum : 0
    case .sigmoid: Float.sigmoid(sum)
    case .residual: sum + other
    }
  }
}
