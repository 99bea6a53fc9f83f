import KernelContract
import Network

/// One step of the fast executor: an operation of the graph with what follows it folded into the
/// kernel's epilogue.
struct LoweredOperation: Sendable {
  /// The place in the network of the operation that does the work.
  let name: String
  let kind: Kind

  /// The place among the graph's nodes of the operation that does the work.
  let node: Int

  /// The number of the value it reads.
  let input: Int

  /// The number of a second value: a residual, or factors of channels.
  let second: Int?

  /// The number of the value it makes.
  let output: Int

  /// What kind of kernel does it; weights are without values where the graph is an outline.
  enum Kind: Sendable {
    case stem(ConvolutionWeights<Float>, Epilogue)
    case depthwise(ConvolutionWeights<Float>, multiplier: Int, Epilogue)
    case pointwise(ConvolutionWeights<Float>, Epilogue)
    case attention
    case globalAveragePool
    case scaleChannels(Activation?)
  }
}

/// Turns a graph into steps that kernels exist for: activations and residual sums become epilogues of
/// the operation in front of them.
struct Lowering {
  private let graph: Graph<Float>

  /// How often each value is read, results that the caller may want included.
  private let uses: [Int]

  /// The operations, in an order in which every value is made before it is read.
  private(set) var operations: [LoweredOperation] = []

  init(_ graph: Graph<Float>) {
    self.graph = graph
    var uses = [Int](repeating: 0, count: graph.nodes.count + 1)
    for node in graph.nodes { for input in node.inputs { uses[input] += 1 } }
    for result in graph.stageOutputs + [graph.embedding, graph.logits] { uses[result] += 1 }
    self.uses = uses
    var index = 0
    while index < graph.nodes.count { index += lower(at: index) }
  }

  /// Lowers the node at `index` with those behind it that fit its epilogue; returns how many it took.
  private mutating func lower(at index: Int) -> Int {
    let node = graph.nodes[index]
    switch node.operation {
    case .convolution(let weights):
      let follower = follower(of: node, at: index, activations: [.gelu], mayAdd: false)
      append(node, .stem(weights, follower.epilogue), follower)
      return follower.count
    case .depthwise(let weights, let multiplier):
      let follower = follower(of: node, at: index, activations: [.gelu], mayAdd: false)
      append(node, .depthwise(weights, multiplier: multiplier, follower.epilogue), follower)
      return follower.count
    case .pointwise(let weights):
      let follower = follower(
        of: node, at: index, activations: [.gelu, .relu, .sigmoid], mayAdd: true)
      append(node, .pointwise(weights, follower.epilogue), follower)
      return follower.count
    case .scaleChannels:
      let follower = follower(of: node, at: index, activations: [.gelu], mayAdd: false)
      let activation: Activation? = follower.epilogue == .gelu ? .gelu : nil
      append(
        node, .scaleChannels(activation),
        Follower(
          epilogue: follower.epilogue, second: node.inputs[1], output: follower.output,
          count: follower.count))
      return follower.count
    case .attention:
      append(node, .attention, Follower(alone: node))
      return 1
    case .globalAveragePool:
      append(node, .globalAveragePool, Follower(alone: node))
      return 1
    case .activation, .add:
      preconditionFailure("\(node.name) has no operation in front of it that could take it up")
    }
  }

  /// What an operation takes up of the nodes behind it.
  private struct Follower {
    var epilogue = Epilogue.bias
    var second: Int?
    var output: Int
    var count = 1

    init(alone node: Node<Float>) {
      output = node.output
    }

    init(epilogue: Epilogue, second: Int?, output: Int, count: Int) {
      self.epilogue = epilogue
      self.second = second
      self.output = output
      self.count = count
    }
  }

  /// The next node, if it only continues the one at `index` and nobody else reads the value between.
  private func follower(
    of node: Node<Float>, at index: Int, activations: [Activation], mayAdd: Bool
  ) -> Follower {
    guard index + 1 < graph.nodes.count, uses[node.output] == 1 else {
      return Follower(alone: node)
    }
    let next = graph.nodes[index + 1]
    switch next.operation {
    case .activation(let activation)
    where next.inputs == [node.output] && activations.contains(activation):
      return Follower(
        epilogue: Epilogue(activation), second: nil, output: next.output, count: 2)
    case .add where mayAdd && next.inputs.contains(node.output):
      let other = next.inputs[0] == node.output ? next.inputs[1] : next.inputs[0]
      return Follower(epilogue: .residual, second: other, output: next.output, count: 2)
    default:
      return Follower(alone: node)
    }
  }

  private mutating func append(
    _ node: Node<Float>, _ kind: LoweredOperation.Kind, _ follower: Follower
  ) {
    operations.append(
      LoweredOperation(
        name: node.name, kind: kind, node: node.output - 1, input: node.inputs[0],
        second: follower.second, output: follower.output))
  }
}

extension Epilogue {
  fileprivate init(_ activation: Activation) {
    switch activation {
    case .gelu: self = .gelu
    case .relu: self = .relu
    case .sigmoid: self = .sigmoid
    }
  }
}
