import KernelCatalog
import KernelContract

/// Attention, a tile a head.
struct AttentionStep: Step {
  let operations: Range<Int>
  private let shaped: ShapedOperation
  private let kernel: AttentionKernel

  init(_ shaped: ShapedOperation, _ kernel: AttentionKernel, operation: Int) {
    operations = operation..<operation + 1
    self.shaped = shaped
    self.kernel = kernel
  }

  var tileCount: Int { shaped.output.channels / kernel.headDimension }

  var scratchElements: Int {
    ArenaLayout.aligned(kernel.scratchElements(tokens: shaped.input.pixels))
  }

  func run(_ head: Int, _ memory: RunMemory, worker: Int) {
    let tokens = shaped.input.pixels
    memory.record(operations.lowerBound, worker: worker) {
      kernel.function(
        0, tokens, tokens, head, head + 1, shaped.output.channels,
        memory.value(shaped.operation.input), shaped.inputPitch,
        memory.scratch(ofWorker: worker),
        memory.value(shaped.operation.output), shaped.outputPitch)
    }
  }
}

/// The mean over all pixels, one tile: sharing out so little would take longer.
struct PoolingStep: Step {
  let operations: Range<Int>
  private let shaped: ShapedOperation
  private let kernel: PoolingKernel

  init(_ shaped: ShapedOperation, _ kernel: PoolingKernel, operation: Int) {
    operations = operation..<operation + 1
    self.shaped = shaped
    self.kernel = kernel
  }

  var tileCount: Int { 1 }

  func run(_: Int, _ memory: RunMemory, worker: Int) {
    memory.record(operations.lowerBound, worker: worker) {
      kernel.function(
        shaped.input.pixels,
        ActivationLayout.paddedChannels(shaped.input.channels) / kernel.instructionSet.lanes,
        memory.value(shaped.operation.input), shaped.inputPitch,
        memory.value(shaped.operation.output))
    }
  }
}

/// Products with one factor a channel, a tile a band of pixels.
struct ScalingStep: Step {
  let operations: Range<Int>
  private let shaped: ShapedOperation
  private let kernel: ScalingKernel
  private let factors: Int
  private let tiles: [Range<Int>]

  init(_ shaped: ShapedOperation, _ kernel: ScalingKernel, operation: Int, workers: Int) {
    guard let factors = shaped.operation.second else {
      preconditionFailure("scaling has factors")
    }
    operations = operation..<operation + 1
    self.shaped = shaped
    self.kernel = kernel
    self.factors = factors
    tiles = evenRanges(shaped.input.pixels, parts: workers)
  }

  var tileCount: Int { tiles.count }

  func run(_ tile: Int, _ memory: RunMemory, worker: Int) {
    let pixels = tiles[tile]
    memory.record(operations.lowerBound, worker: worker) {
      kernel.function(
        pixels.count,
        ActivationLayout.paddedChannels(shaped.input.channels) / kernel.instructionSet.lanes,
        memory.value(shaped.operation.input) + pixels.lowerBound * shaped.inputPitch,
        shaped.inputPitch, memory.value(factors),
        memory.value(shaped.operation.output) + pixels.lowerBound * shaped.outputPitch,
        shaped.outputPitch)
    }
  }
}
