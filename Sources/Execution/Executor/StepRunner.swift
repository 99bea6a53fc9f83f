import KernelCatalog
import KernelContract
import Scheduler

/// Runs one operation of a plan, cut into tiles that the workers of a team share.
struct StepRunner: Sendable {
  let operation: PlannedOperation
  let index: Int
  let memory: RunMemory
  let team: Team

  /// Tiles to aim for: enough that a slow worker's last one is short.
  var wantedTiles: Int { team.workerCount == 1 ? 1 : 4 * team.workerCount }

  var inputShape: FeatureShape { memory.layout.shapes[operation.input] }
  var outputShape: FeatureShape { memory.layout.shapes[operation.output] }
  var inputPitch: Int { ActivationLayout.pitch(inputShape.channels) }
  var outputPitch: Int { ActivationLayout.pitch(outputShape.channels) }

  func run() {
    switch operation.work {
    case .stem(let packed): runStem(packed)
    case .depthwise(let packed): runDepthwise(packed)
    case .pointwise(let packed): runPointwise(packed)
    case .attention(let kernel): runAttention(kernel)
    case .pooling(let kernel): runPooling(kernel)
    case .scaling(let kernel): runScaling(kernel)
    }
  }

  /// Bands of `rows` rows in multiples of `step`, about as many as wanted. The last takes what is left
  /// over, because kernels are slow on fewer rows than their tile has.
  private func bands(_ rows: Int, step: Int) -> [Range<Int>] {
    let size = max(1, rows / step / wantedTiles) * step
    let count = max(1, rows / size)
    return (0..<count).map { $0 * size..<($0 + 1 == count ? rows : ($0 + 1) * size) }
  }

  private func runStem(_ packed: PackedStem) {
    let bands = bands(outputShape.height, step: 1)
    team.forEachTile(count: bands.count) { tile in
      packed.run(
        rows: bands[tile],
        of: .planar(memory.picture, height: inputShape.height, width: inputShape.width),
        output: memory.value(operation.output), outputPitch: outputPitch)
    }
  }

  private func runDepthwise(_ packed: PackedDepthwise) {
    let bands = bands(outputShape.height, step: packed.kernel.tileHeight)
    team.forEachTile(count: bands.count) { tile in
      packed.run(
        rows: bands[tile], of: inputShape, input: memory.value(operation.input),
        inputPitch: inputPitch, output: memory.value(operation.output), outputPitch: outputPitch)
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
