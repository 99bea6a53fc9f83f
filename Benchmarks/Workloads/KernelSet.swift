import KernelCatalog
import KernelContract

/// All kernels of one instruction set.
struct KernelSet: Sendable {
  let instructionSet: KernelContract.InstructionSet
  var pointwise: [PointwiseKernel] = []
  var depthwise: [DepthwiseKernel] = []
  var stem: [StemKernel] = []
  var attention: [AttentionKernel] = []
  var pooling: [PoolingKernel] = []
  var scaling: [ScalingKernel] = []
  var activation: [ActivationKernel] = []
  var layout: [LayoutKernel] = []

  /// What the dispatcher chooses; nothing where there is none.
  var dispatcher = Dispatcher()

  /// The catalogue's rules, or none.
  struct Dispatcher: Sendable {
    var pointwise: @Sendable (_ problem: OperationProblem, _ channels: Int) -> [PointwiseRun]? = {
      _, _ in nil
    }
    var depthwise: @Sendable (_ problem: OperationProblem) -> DepthwiseKernel? = { _ in nil }
    var stem: @Sendable (_ problem: OperationProblem) -> StemKernel? = { _ in nil }
    var attention: @Sendable (_ problem: OperationProblem) -> AttentionKernel? = { _ in nil }
  }
}

extension KernelSet {
  /// Those of the catalogue, and in a sweep its candidates.
  init(_ instructionSet: KernelContract.InstructionSet) {
    self.instructionSet = instructionSet
    func mine<Family: Kernel>(_ kernels: [Family]) -> [Family] {
      kernels.filter { $0.instructionSet == instructionSet }
    }
    pointwise = mine(KernelCatalog.pointwise + SweptKernels.pointwise)
    depthwise = mine(KernelCatalog.depthwise + SweptKernels.depthwise)
    stem = mine(KernelCatalog.stem)
    attention = mine(KernelCatalog.attention)
    pooling = mine(KernelCatalog.pooling)
    scaling = mine(KernelCatalog.scaling)
    activation = mine(KernelCatalog.activation)
    layout = mine(KernelCatalog.layout)
    dispatcher.pointwise = { problem, channels in
      KernelCatalog.pointwiseRuns(
        outputs: channels, rows: problem.input.pixels, epilogue: problem.epilogue,
        on: instructionSet)
    }
    dispatcher.depthwise = { problem in
      guard case .depthwise(let geometry, let multiplier) = problem.operation else { return nil }
      return KernelCatalog.depthwise(
        geometry, multiplier: multiplier, columns: problem.output.width,
        rows: problem.output.height, epilogue: problem.epilogue, on: instructionSet)
    }
    dispatcher.stem = { problem in
      KernelCatalog.stem(
        outputs: problem.output.channels, epilogue: problem.epilogue, on: instructionSet)
    }
    dispatcher.attention = { problem in
      guard case .attention(let headDimension) = problem.operation else { return nil }
      return KernelCatalog.attention(
        headDimension: headDimension, tokens: problem.input.pixels, on: instructionSet)
    }
  }
}

/// Some panels of a layer's output channels, done by one kernel.
struct PanelRun<Kernel: Sendable>: Sendable {
  let kernel: Kernel

  /// Vectors in front of the first panel.
  let firstVector: Int
  let panels: Int
}

/// Splits `vectors` vectors of channels among `kernel` and, for what remains, the widest others that
/// fit; nil where `kernel` is too wide or nothing fits.
func panelRuns<Kernel: Sendable>(
  _ vectors: Int, _ kernel: Kernel, rest others: [Kernel], width: (Kernel) -> Int
) -> [PanelRun<Kernel>]? {
  guard vectors >= width(kernel) else { return nil }
  var runs: [PanelRun<Kernel>] = []
  var first = 0
  let byWidth = others.sorted { width($0) > width($1) }
  while first < vectors {
    let left = vectors - first
    guard let next = first == 0 ? kernel : byWidth.first(where: { width($0) <= left }) else {
      return nil
    }
    let panels = left / width(next)
    runs.append(PanelRun(kernel: next, firstVector: first, panels: panels))
    first += panels * width(next)
  }
  return runs
}
