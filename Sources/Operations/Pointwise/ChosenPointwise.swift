/// A part of a matrix product's width, some panels, that one kernel computes.
package struct PointwiseSegment: Sendable {
  /// The kernel that computes the panels.
  package let kernel: PointwiseKernel
  /// The number of panels; at least one.
  package let panels: Int

  /// `panels` panels that `kernel` computes.
  package init(kernel: PointwiseKernel, panels: Int) {
    self.kernel = kernel
    self.panels = panels
  }

  /// Output channels of the segment, with the surplus.
  package var width: Int { panels * kernel.panelWidth }

  /// The segment as profiles name it: `pointwise_f32_8x3v_gelu*6`, without a number for one panel.
  package var text: String { kernel.name + (panels > 1 ? "*\(panels)" : "") }
}

/// The kernels of a matrix product: segments of its padded width, in ascending order of the channels.
package struct ChosenPointwise: ChosenKernels {
  /// The segments; they cover the padded width.
  package let segments: [PointwiseSegment]
  /// Output channels, without the surplus.
  package let outputs: Int
  /// Input channels.
  package let depth: Int

  init(_ segments: [PointwiseSegment], outputs: Int, depth: Int) {
    self.segments = segments
    self.outputs = outputs
    self.depth = depth
  }

  init(_ segments: [PointwiseSegment], for problem: OperationProblem, outputs: Int) {
    self.init(segments, outputs: outputs, depth: problem.input.channels)
  }

  package var names: [String] { segments.map(\.text) }

  package var instructionSet: InstructionSet { segments[0].kernel.instructionSet }

  package var operandBytes: Int { PackedPointwise.operandBytes(depth: depth, segments: segments) }

  package func fits(_ problem: OperationProblem) -> Bool {
    segments[0].kernel.rows <= problem.output.pixels
  }

  package func pack<Source: WeightSource>(
    _ source: Source, into buffer: AlignedBuffer?
  ) throws(Source.Failure) -> any PackedOperation {
    try PackedPointwise(
      outputs: outputs, depth: depth, segments: segments, into: buffer
    ) { pack throws(Source.Failure) in
      try source.forEachOutputRange { pack($0, $1.span, $2.span) }
    }
  }
}

// MARK: - By name

extension Pointwise {
  /// The most segments of a matrix product.
  private static let mostSegments = 4

  package func chosen(
    names: [String], for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue
  ) throws(ChoiceError) -> any ChosenKernels {
    guard (1...Self.mostSegments).contains(names.count) else {
      throw ChoiceError(
        found: "\(names.count) segments", expected: "1 to \(Self.mostSegments)")
    }
    let kernels = catalogue.kernels(PointwiseKernel.self).filter {
      $0.isMeant(for: problem, on: instructionSet)
    }
    var segments: [PointwiseSegment] = []
    for name in names {
      segments.append(
        try PointwiseSegment(parsing: name, among: kernels, problem.epilogue, instructionSet))
    }
    let width = segments.reduce(0) { $0 + $1.width }
    let padded = ActivationLayout.paddedChannels(outputChannels)
    guard width == padded else {
      throw ChoiceError(
        found: "panels for \(width) channels", expected: "\(padded), which '\(problem)' has")
    }
    return ChosenPointwise(segments, for: problem, outputs: outputChannels)
  }
}

extension PointwiseSegment {
  /// The segment that `text` denotes, of one of `kernels`.
  fileprivate init(
    parsing text: String, among kernels: [PointwiseKernel], _ epilogue: Epilogue,
    _ instructionSet: InstructionSet
  ) throws(ChoiceError) {
    let parts = text.split(separator: "*", omittingEmptySubsequences: false)
    guard let kernel = kernels.first(where: { $0.name == parts[0] }), parts.count <= 2 else {
      throw ChoiceError(
        found: "'\(text.prefix(80))'",
        expected: "a pointwise kernel of \(instructionSet) that ends with \(epilogue)")
    }
    guard let panels = parts.count == 2 ? Int(parts[1]) : 1, (1...1 << 20).contains(panels) else {
      throw ChoiceError(found: "'\(text.prefix(80))'", expected: "a number of panels after '*'")
    }
    self.init(kernel: kernel, panels: panels)
  }
}
