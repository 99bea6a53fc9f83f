import KernelContract
import Scheduler

/// Runs one operation of a plan, cut into tiles that the workers of a team share.
struct StepRunner: Sendable {
  let operation: PlannedOperation
  let index: Int
  let memory: RunMemory
  let weights: WeightArena
  let team: Team

  /// Tiles to aim for: enough that a slow worker's last one is short.
  var wantedTiles: Int { team.workerCount == 1 ? 1 : 4 * team.workerCount }

  var inputShape: FeatureShape { memory.layout.shapes[operation.input] }
  var outputShape: FeatureShape { memory.layout.shapes[operation.output] }
  var inputPitch: Int { ActivationLayout.pitch(inputShape.channels) }
  var outputPitch: Int { ActivationLayout.pitch(outputShape.channels) }

  func run() {
    switch operation.work {
    case .stem(let panels): runStem(panels)
    case .depthwise(let kernel, let weights, let bias): runDepthwise(kernel, weights, bias)
    case .pointwise(let panels, let depth): runPointwise(panels, depth: depth)
    case .attention(let kernel): runAttention(kernel)
    case .pooling(let kernel): runPooling(kernel)
    case .scaling(let kernel): runScaling(kernel)
    }
  }

  /// Bands of `rows` rows or fewer in multiples of `step`, about as many as wanted.
  private func bands(_ rows: Int, step: Int) -> [Range<Int>] {
    let steps = (rows + step - 1) / step
    let size = max(1, steps / wantedTiles) * step
    return stride(from: 0, to: rows, by: size).map { $0..<min(rows, $0 + size) }
  }

  private func runStem(_ panels: [PlannedOperation.Panels<StemKernel>]) {
    let bands = bands(outputShape.height, step: 1)
    let (height, width) = (inputShape.height, inputShape.width)
    team.forEachTile(count: bands.count) { tile in
      let band = bands[tile]
      for run in panels {
        run.kernel.function(
          band.lowerBound, band.upperBound, height, width, run.count,
          memory.picture, height * width, width, 1,
          weights[run.weights], weights[run.bias],
          memory.value(operation.output) + run.firstChannel, outputPitch)
      }
    }
  }

  private func runDepthwise(_ kernel: DepthwiseKernel, _ weightOffset: Int, _ biasOffset: Int) {
    let lanes = kernel.instructionSet.lanes
    let vectors = ActivationLayout.paddedChannels(inputShape.channels) / lanes
    let bands = bands(outputShape.height, step: kernel.tileHeight)
    let groups = min(vectors, max(1, wantedTiles / bands.count))
    let taps = kernel.geometry.taps
    team.forEachTile(count: bands.count * groups) { tile in
      let band = bands[tile / groups]
      let group = tile % groups
      let first = group * vectors / groups
      let end = (group + 1) * vectors / groups
      let output = first * lanes * kernel.multiplier
      kernel.function(
        band.lowerBound, band.upperBound, inputShape.height, inputShape.width, end - first,
        memory.value(operation.input) + first * lanes, inputPitch,
        weights[weightOffset + output * taps], weights[biasOffset + output],
        memory.value(operation.output) + output, outputPitch)
    }
  }

  private func runAttention(_ kernel: AttentionKernel) {
    let channels = outputShape.channels
    let scratch = ArenaLayout.aligned(kernel.scratchElements(tokens: inputShape.pixels))
    team.forEachTile(count: channels / kernel.headDimension) { head in
      kernel.function(
        0, inputShape.pixels, inputShape.pixels, head, head + 1, channels,
        memory.value(operation.input), inputPitch,
        memory.scratch(ofOperation: index) + head * scratch,
        memory.value(operation.output), outputPitch)
    }
  }

  private func runPooling(_ kernel: PoolingKernel) {
    let vectors =
      ActivationLayout.paddedChannels(inputShape.channels) / kernel.instructionSet.lanes
    kernel.function(
      inputShape.pixels, vectors, memory.value(operation.input), inputPitch,
      memory.value(operation.output))
  }

  private func runScaling(_ kernel: ScalingKernel) {
    guard let factors = operation.second else { preconditionFailure("scaling has factors") }
    let vectors =
      ActivationLayout.paddedChannels(inputShape.channels) / kernel.instructionSet.lanes
    let bands = bands(inputShape.pixels, step: 8)
    team.forEachTile(count: bands.count) { tile in
      let band = bands[tile]
      kernel.function(
        band.count, vectors, memory.value(operation.input) + band.lowerBound * inputPitch,
        inputPitch, memory.value(factors),
        memory.value(operation.output) + band.lowerBound * outputPitch, outputPitch)
    }
  }
}
