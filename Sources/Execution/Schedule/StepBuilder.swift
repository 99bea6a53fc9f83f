import KernelCatalog
import KernelContract

/// Decides how groups of operations become steps for a number of workers.
struct StepBuilder {
  let workers: Int

  /// The steps of the operations `group`, each of which reads the one before.
  func steps(
    _ shaped: [ShapedOperation], at group: Range<Int>, _ choice: StepChoice
  ) -> [any Step] {
    guard let first = shaped.first, let last = shaped.last else { return [] }
    if group.count == 1 {
      switch first.operation.work {
      case .pointwise(let packed):
        return [
          PanelStep(
            first, packed, operation: group.lowerBound, workers: workers,
            tilesPerWorker: choice.tilesPerWorker)
        ]
      case .attention(let kernel):
        return [AttentionStep(first, kernel, operation: group.lowerBound)]
      case .pooling(let kernel):
        return [PoolingStep(first, kernel, operation: group.lowerBound)]
      case .scaling(let kernel):
        return [ScalingStep(first, kernel, operation: group.lowerBound, workers: workers)]
      case .stem, .depthwise: break
      }
    }
    let sharesRows =
      choice.sharing.map { $0 == .rows } ?? (workers == 1 || sharesRows(last.output))
    return sharesRows ? [bandStep(shaped, group, choice)] : channelSteps(shaped, group, choice)
  }

  /// Whether workers share a map's rows, and not its channels: while each has enough pixels that
  /// reading all weights is little beside the products with them.
  private func sharesRows(_ output: FeatureShape) -> Bool {
    output.pixels >= Self.pixelsOfWorker * workers
      && output.height >= BandStep.smallestBand * workers
  }

  private static let pixelsOfWorker = 64

  private func bandStep(
    _ shaped: [ShapedOperation], _ group: Range<Int>, _ choice: StepChoice
  ) -> BandStep {
    let height = shaped[shaped.count - 1].output.height
    let wanted = choice.tilesPerWorker ?? (workers == 1 ? 1 : Self.tilesPerWorker)
    let tileCount = min(height / BandStep.smallestBand, wanted * workers)
    let tiles = evenRanges(height / 2, parts: max(1, tileCount)).map {
      2 * $0.lowerBound..<($0.upperBound == height / 2 ? height : 2 * $0.upperBound)
    }
    return BandStep(
      shaped, operations: group, tiles: tiles.isEmpty ? [0..<height] : tiles,
      bandRows: choice.bandRows ?? bandRows(shaped))
  }

  /// Several, so that workers who are held up leave some to the others.
  private static let tilesPerWorker = 2

  /// Rows at a time: few enough that their part of the largest map between two operations stays in the
  /// cache, all where the weights are larger than that, since every band reads them anew.
  private func bandRows(_ shaped: [ShapedOperation]) -> Int {
    let height = shaped[shaped.count - 1].output.height
    let largest = shaped.dropLast().map {
      $0.output.height * $0.output.width * $0.outputPitch / height
    }.max()
    let weights = shaped.reduce(0) { $0 + $1.operation.work.weightElements }
    guard let largest, weights <= Self.cachedWeightElements else { return height }
    let rows = Self.bandElements / largest
    return max(BandStep.smallestBand, min(height, rows / 2 * 2))
  }

  /// Values of the largest map in a band.
  private static let bandElements = 80 << 10

  /// Values of weights that stay in the second-level cache from one band to the next.
  private static let cachedWeightElements = 96 << 10

  /// Runs of depthwise operations by channels, everything else by itself.
  private func channelSteps(
    _ shaped: [ShapedOperation], _ group: Range<Int>, _ choice: StepChoice
  ) -> [any Step] {
    var steps: [any Step] = []
    var pending: [(shaped: ShapedOperation, packed: PackedDepthwise)] = []
    func flush(before index: Int) {
      guard !pending.isEmpty else { return }
      steps.append(
        ChannelStep(
          pending, operations: index - pending.count..<index, workers: workers,
          tilesPerWorker: choice.tilesPerWorker))
      pending = []
    }
    for (index, layer) in zip(group, shaped) {
      switch layer.operation.work {
      case .depthwise(let packed):
        pending.append((layer, packed))
      case .pointwise(let packed):
        flush(before: index)
        steps.append(
          PanelStep(
            layer, packed, operation: index, workers: workers,
            tilesPerWorker: choice.tilesPerWorker))
      case .stem:
        steps.append(bandStep([layer], index..<index + 1, choice))
      case .attention, .pooling, .scaling:
        preconditionFailure("\(layer.operation.name) is never fused")
      }
    }
    flush(before: group.upperBound)
    return steps
  }
}
