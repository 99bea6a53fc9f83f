import FastViTOperations

/// Decides how groups of operations become steps for a number of workers.
struct StepBuilder {
  let workers: Int

  /// The steps of the operations `group`, each of which reads the one before.
  func steps(
    _ shaped: [ShapedOperation], at group: Range<Int>, _ choice: StepChoice
  ) -> [any Step] {
    guard let first = shaped.first, let last = shaped.last else { return [] }
    if group.count == 1, isTaskStep(first) {
      return [taskStep(first, group.lowerBound, choice)]
    }
    let sharesRows =
      choice.sharing.map { $0 == .rows } ?? (workers == 1 || sharesRows(last.output))
    return sharesRows ? [bandStep(shaped, group, choice)] : channelSteps(shaped, group, choice)
  }

  /// Whether the operation, alone, is divided into tasks of its own.
  private func isTaskStep(_ shaped: ShapedOperation) -> Bool {
    switch shaped.operation.operation.division {
    case .fixed, .ownTasks: true
    case .rows, .rowsOrChannels: false
    }
  }

  private func taskStep(
    _ shaped: ShapedOperation, _ operation: Int, _ choice: StepChoice
  ) -> TaskStep {
    TaskStep(
      shaped, operation: operation, workers: workers, tasksPerWorker: choice.tasksPerWorker)
  }

  /// Whether workers share the rows of a feature map, and not its channels: as long as each worker has enough
  /// pixels that reading all weights takes little time beside the products with them.
  private func sharesRows(_ output: FeatureShape) -> Bool {
    output.pixels >= Self.pixelsOfWorker * workers
      && output.height >= BandStep.smallestBand * workers
  }

  private static let pixelsOfWorker = 64

  private func bandStep(
    _ shaped: [ShapedOperation], _ group: Range<Int>, _ choice: StepChoice
  ) -> BandStep {
    let height = shaped[shaped.count - 1].output.height
    let wanted = choice.tasksPerWorker ?? (workers == 1 ? 1 : Self.tasksPerWorker)
    let taskCount = min(height / BandStep.smallestBand, wanted * workers)
    let tasks = evenRanges(height / 2, parts: max(1, taskCount)).map {
      2 * $0.lowerBound..<($0.upperBound == height / 2 ? height : 2 * $0.upperBound)
    }
    return BandStep(
      shaped, operations: group, tasks: tasks.isEmpty ? [0..<height] : tasks,
      bandRows: choice.bandRows ?? bandRows(shaped))
  }

  /// Tasks per worker: several, so that a worker that is held up leaves some to the others.
  private static let tasksPerWorker = 2

  /// Rows of a band: few enough that their part of the largest feature map between two operations stays in
  /// the cache; but all rows where the weights do not stay there, since every band reads all weights.
  private func bandRows(_ shaped: [ShapedOperation]) -> Int {
    let height = shaped[shaped.count - 1].output.height
    let largest = shaped.dropLast().map {
      $0.output.height * $0.outputRowBytes / height
    }.max()
    let weights = shaped.reduce(0) { $0 + $1.operation.packed.operandBytes }
    guard let largest, weights <= Self.cachedWeightBytes else { return height }
    let rows = Self.bandBytes / largest
    return max(BandStep.smallestBand, min(height, rows / 2 * 2))
  }

  /// Bytes that one band of the largest feature map may have.
  private static let bandBytes = 320 << 10

  /// Bytes of weights that stay in the second-level cache from one band to the next.
  private static let cachedWeightBytes = 384 << 10

  /// One step per chain of operations that workers can divide by channels, and one per other operation.
  private func channelSteps(
    _ shaped: [ShapedOperation], _ group: Range<Int>, _ choice: StepChoice
  ) -> [any Step] {
    var steps: [any Step] = []
    var pending: [ChannelStep.Layer] = []
    func flush(before index: Int) {
      guard !pending.isEmpty else { return }
      steps.append(
        ChannelStep(
          pending, operations: index - pending.count..<index, workers: workers,
          tasksPerWorker: choice.tasksPerWorker))
      pending = []
    }
    for (index, layer) in zip(group, shaped) {
      if let packed = layer.operation.packed as? any ChannelwiseOperation {
        // A group of channels is a vector, and kernels of another instruction set may have others.
        if let last = pending.last,
          last.packed.chosen.instructionSet.lanes != packed.chosen.instructionSet.lanes
        {
          flush(before: index)
        }
        pending.append((layer, packed))
        continue
      }
      flush(before: index)
      steps.append(
        isTaskStep(layer)
          ? taskStep(layer, index, choice) : bandStep([layer], index..<index + 1, choice))
    }
    flush(before: group.upperBound)
    return steps
  }
}
