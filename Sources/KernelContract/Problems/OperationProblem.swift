/// One operation on one image, with everything that decides which kernels can do it and how long they
/// take, and without its values: what benchmarks time and what a plan chooses kernels for.
package struct OperationProblem: Sendable, Hashable {
  /// What is computed.
  package enum Operation: Sendable, Hashable {
    /// A matrix product on the pixels; on one pixel a linear layer.
    case pointwise(outputChannels: Int)

    /// A convolution of each input channel alone, with `multiplier` outputs for each.
    case depthwise(ConvolutionGeometry, multiplier: Int)

    /// A convolution over all input channels; the picture it reads lies as `layout` says.
    case convolution(ConvolutionGeometry, outputChannels: Int, layout: PictureLayout)

    /// Softmax attention among all pixels; the input holds queries, keys and values side by side.
    case attention(headDimension: Int)

    case globalAveragePool
    /// Multiplies every pixel by one factor a channel.
    case scaleChannels
    case activation(Activation)
    /// The elementwise sum of two maps.
    case add
    /// Moves a map from `[channel][pixel]` to the padded channels-last layout.
    case fromPlanar
    /// Moves a map from the padded channels-last layout to `[channel][pixel]`.
    case toPlanar
  }

  /// How a caller's picture lies in memory.
  package enum PictureLayout: String, Sendable, Hashable, CaseIterable {
    /// `[channel][row][pixel]`.
    case nchw
    /// `[row][pixel][channel]`.
    case nhwc
  }

  package let operation: Operation
  /// The (first) input.
  package let input: FeatureShape
  /// What is done with each result before it is stored; `bias` where nothing is.
  package let epilogue: Epilogue

  package init(_ operation: Operation, on input: FeatureShape, epilogue: Epilogue = .bias) {
    self.operation = operation
    self.input = input
    self.epilogue = epilogue
  }

  /// The shape of the result.
  package var output: FeatureShape {
    switch operation {
    case .pointwise(let channels):
      input.with(channels: channels)
    case .depthwise(let geometry, let multiplier):
      geometry.outputShape(input, channels: input.channels * multiplier)
    case .convolution(let geometry, let channels, _):
      geometry.outputShape(input, channels: channels)
    case .attention:
      input.with(channels: input.channels / 3)
    case .globalAveragePool:
      FeatureShape(height: 1, width: 1, channels: input.channels)
    case .scaleChannels, .activation, .add, .fromPlanar, .toPlanar:
      input
    }
  }

  /// Whether an epilogue makes sense for this operation.
  package static func allows(_ epilogue: Epilogue, after operation: Operation) -> Bool {
    switch (operation, epilogue) {
    case (_, .bias), (.pointwise, _): true
    case (.depthwise, .residual), (.convolution, .residual): false
    case (.depthwise, _), (.convolution, _): true
    case (.scaleChannels, .gelu): true
    default: false
    }
  }
}

/// A problem with its place in a network.
package struct NamedProblem: Sendable, Hashable {
  package let problem: OperationProblem

  /// The place, such as timm's module path; empty where there is none. Without `"` and control
  /// characters.
  package let name: String

  /// How often the network has it; at least one.
  package let count: Int

  package init(_ problem: OperationProblem, name: String = "", count: Int = 1) {
    precondition(count > 0 && name.unicodeScalars.allSatisfy(Self.isNameScalar))
    self.problem = problem
    self.name = name
    self.count = count
  }

  /// Whether names may hold `scalar`, so that they stay in one line, between their quotes.
  static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: scalar != "\""
    }
  }
}
