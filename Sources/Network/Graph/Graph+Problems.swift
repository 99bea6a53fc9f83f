import KernelContract

extension Graph {
  /// The problems that running this graph on a picture of `height` × `width` pixels poses to the
  /// kernels; see `NamedProblem.list`.
  ///
  /// An activation or a sum that follows a kernel which can end with it is part of that kernel's
  /// problem.
  package func problems(height: Int, width: Int) -> [NamedProblem] {
    let shapes = shapes(height: height, width: width)
    let layers = fusedSteps().map { step in
      let problem = OperationProblem(
        step.node.operation.problem, on: shapes[step.node.inputs[0]], epilogue: step.epilogue)
      return (name: step.node.name, problem: problem)
    }
    return NamedProblem.list(of: layers)
  }

  /// The nodes that need a kernel of their own, with what follows them in the same kernel.
  private func fusedSteps() -> [(node: Node<Scalar>, epilogue: Epilogue)] {
    let readers = Dictionary(grouping: nodes.flatMap { node in node.inputs.map { ($0, node) } }) {
      $0.0
    }
    let kept = Set(stageOutputs + [embedding, logits])
    var fused: Set<Int> = []
    var steps: [(Node<Scalar>, Epilogue)] = []
    for node in nodes where !fused.contains(node.output) {
      var epilogue = Epilogue.bias
      if let next = readers[node.output], next.count == 1, !kept.contains(node.output),
        let possible = next[0].1.operation.epilogue,
        OperationProblem.allows(possible, after: node.operation.problem)
      {
        // A sum belongs to the later of its operands, for the other must be there before.
        if next[0].1.inputs.allSatisfy({ $0 <= node.output }) {
          epilogue = possible
          fused.insert(next[0].1.output)
        }
      }
      steps.append((node, epilogue))
    }
    return steps
  }
}

extension Operation {
  /// What a kernel is asked to do.
  fileprivate var problem: OperationProblem.Operation {
    switch self {
    case .convolution(let weights):
      .convolution(weights.geometry, outputChannels: weights.outputChannels, layout: .nchw)
    case .depthwise(let weights, let multiplier):
      .depthwise(weights.geometry, multiplier: multiplier)
    case .pointwise(let weights): .pointwise(outputChannels: weights.outputChannels)
    case .activation(let activation): .activation(activation)
    case .add: .add
    case .scaleChannels: .scaleChannels
    case .attention(let headDimension): .attention(headDimension: headDimension)
    case .globalAveragePool: .globalAveragePool
    }
  }

  /// The epilogue of another kernel that does the same.
  fileprivate var epilogue: Epilogue? {
    switch self {
    case .activation(.gelu): .gelu
    case .activation(.relu): .relu
    case .activation(.sigmoid): .sigmoid
    case .add: .residual
    default: nil
    }
  }
}
