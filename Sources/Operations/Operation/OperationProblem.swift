/// One operation on one image, with everything that decides which kernels can compute it and how long they
/// take, but without values: what benchmarks time and what a plan chooses kernels for.
package struct OperationProblem: Sendable {
  /// What is computed.
  package let operation: any Operation

  /// The shape of the (first) input.
  package let input: FeatureShape

  /// What is done with each result before it is stored; `bias` where nothing is.
  package let epilogue: Epilogue

  /// What products are computed in.
  package let precision: Precision

  /// A problem; see its properties.
  package init(
    _ operation: any Operation, on input: FeatureShape, epilogue: Epilogue = .bias,
    precision: Precision = .f32
  ) {
    self.operation = operation
    self.input = input
    self.epilogue = epilogue
    self.precision = precision
  }

  /// The shape of the result.
  package var output: FeatureShape { operation.outputShape(on: input) }

  /// What is read besides the input and the weights, by the operation or by its epilogue.
  package var second: SecondOperand {
    epilogue == .residual ? .map : operation.second
  }
}

extension OperationProblem: Hashable {
  package static func == (left: OperationProblem, right: OperationProblem) -> Bool {
    left.input == right.input && left.epilogue == right.epilogue
      && left.precision == right.precision && left.operation.isEqual(to: right.operation)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(operation)
    hasher.combine(input)
    hasher.combine(epilogue)
    hasher.combine(precision)
  }
}

// MARK: - Cost

extension OperationProblem {
  /// Multiply-adds on real channels and real pixels: taps inside the image only (benchdnn counts them
  /// likewise). Zero for operations that are no sums of products. All of the package counts this way.
  package var multiplyAdds: Int { operation.multiplyAdds(on: input) }

  /// The number of weights and biases.
  package var parameters: Int { operation.parameterCount(inputChannels: input.channels) }

  /// Bytes of weights and biases: weights in the precision's type, biases in single precision.
  package var parameterBytes: Int {
    guard parameters > 0 else { return 0 }
    let biases = output.channels
    return (parameters - biases) * precision.weights.byteCount
      + biases * ElementType.f32.byteCount
  }

  /// Bytes of the real values of feature maps, each read or written once.
  package var activationBytes: Int {
    let seconds =
      switch second {
      case .none: 0
      case .map: output.elements
      case .channelFactors: input.channels
      }
    return (input.elements + output.elements + seconds) * ActivationLayout.elementType.byteCount
  }

  /// Bytes of all real values, each read or written once.
  package var bytes: Int { activationBytes + parameterBytes }
}

extension ConvolutionGeometry {
  /// Taps inside an image of `shape`, over all output pixels.
  package func insideTaps(on shape: FeatureShape) -> Int {
    func along(_ extent: Int) -> Int {
      (0..<outputExtent(extent)).reduce(0) { $0 + insideTaps($1, extent: extent).count }
    }
    return along(shape.height) * along(shape.width)
  }
}

// MARK: - Kernels

extension OperationProblem {
  /// The kernels that the rules choose on the first of `sets` that has kernels for the problem; nil where none
  /// has.
  package func chosen(
    on sets: [InstructionSet], in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)? {
    for set in sets {
      if let chosen = operation.chosen(for: self, on: set, in: catalogue) { return chosen }
    }
    return nil
  }

  /// The kernels called `names`, of the first of `sets` that has some for the problem, as the rules take it.
  ///
  /// - Parameter sets: an instruction set and those that it includes.
  /// - Throws: where that set does not have them, or the catalogue has nothing of the first.
  package func chosen(
    names: [String], on sets: [InstructionSet], in catalogue: KernelCatalogue
  ) throws(ChoiceError) -> any ChosenKernels {
    guard let own = sets.first, catalogue.instructionSets.contains(own) else {
      throw ChoiceError(
        found: "'\(sets.first?.name ?? "")'", expected: "an instruction set of this build")
    }
    let able = sets.first { operation.chosen(for: self, on: $0, in: catalogue) != nil }
    return try operation.chosen(names: names, for: self, on: able ?? own, in: catalogue)
  }
}
