import KernelCatalog
import KernelContract

/// The steps of a plan for pictures of one size and a number of workers, and where everything lies in
/// memory.
struct RunSchedule: Sendable {
  let steps: [any Step]
  let layout: RunLayout

  init(_ plan: Plan, height: Int, width: Int, workers: Int) {
    let shapes = plan.graph.shapes(height: height, width: width)
    let builder = StepBuilder(operations: plan.operations, shapes: shapes, workers: workers)
    let steps = plan.groups.flatMap(builder.steps)
    self.steps = steps
    layout = RunLayout(plan, shapes: shapes, steps: steps, workers: workers)
  }
}

/// Decides how groups of operations become steps for pictures of one size.
private struct StepBuilder {
  let operations: [PlannedOperation]
  let shapes: [FeatureShape]
  let workers: Int

  func steps(of group: Range<Int>) -> [any Step] {
    let shaped = operations[group].map { ShapedOperation($0, shapes) }
    guard let first = shaped.first, let last = shaped.last else { return [] }
    if group.count == 1 {
      switch first.operation.work {
      case .pointwise(let packed):
        return [PanelStep(first, packed, operation: group.lowerBound, workers: workers)]
      case .attention(let kernel):
        return [AttentionStep(first, kernel, operation: group.lowerBound)]
      case .pooling(let kernel):
        return [PoolingStep(first, kernel, operation: group.lowerBound)]
      case .scaling(let kernel):
        return [ScalingStep(first, kernel, operation: group.lowerBound, workers: workers)]
      case .stem, .depthwise: break
      }
    }
    if workers == 1 || sharesRows(last.output) {
      return [bandStep(shaped, group)]
    }
    return channelSteps(shaped, group)
  }

  /// Whether workers share a map's rows, and not its channels: while each has enough pixels that
  /// reading all weights is little beside the products with them.
  private func sharesRows(_ output: FeatureShape) -> Bool {
    output.pixels >= Self.pixelsOfWorker * workers
      && output.height >= BandStep.smallestBand * workers
  }

  private static let pixelsOfWorker = 64

  private func bandStep(_ shaped: [ShapedOperation], _ group: Range<Int>) -> BandStep {
    let height = shaped[shaped.count - 1].output.height
    let tileCount = workers == 1 ? 1 : min(height / BandStep.smallestBand, 2 * workers)
    let tiles = evenRanges(height / 2, parts: max(1, tileCount)).map {
      2 * $0.lowerBound..<($0.upperBound == height / 2 ? height : 2 * $0.upperBound)
    }
    return BandStep(
      shaped, operations: group, tiles: tiles.isEmpty ? [0..<height] : tiles,
      bandRows: bandRows(shaped))
  }

  /// Rows at a time: few enough that the widest map between two operations stays in the cache, all
  /// where the weights are larger than that, since every band reads them anew.
  private func bandRows(_ shaped: [ShapedOperation]) -> Int {
    let height = shaped[shaped.count - 1].output.height
    let widest = shaped.dropLast().map { $0.output.width * $0.outputPitch }.max()
    let weights = shaped.reduce(0) { $0 + $1.operation.work.weightElements }
    guard let widest, weights <= Self.cachedWeightElements else { return height }
    let rows = Self.bandElements / widest
    return max(BandStep.smallestBand, min(height, rows / 2 * 2))
  }

  /// Values of the widest map in a band.
  private static let bandElements = 80 << 10

  /// Values of weights that stay in the second-level cache from one band to the next.
  private static let cachedWeightElements = 96 << 10

  /// Runs of depthwise operations by channels, everything else by itself.
  private func channelSteps(_ shaped: [ShapedOperation], _ group: Range<Int>) -> [any Step] {
    var steps: [any Step] = []
    var pending: [(shaped: ShapedOperation, packed: PackedDepthwise)] = []
    func flush(before index: Int) {
      guard !pending.isEmpty else { return }
      steps.append(
        ChannelStep(pending, operations: index - pending.count..<index, workers: workers))
      pending = []
    }
    for (index, layer) in zip(group, shaped) {
      switch layer.operation.work {
      case .depthwise(let packed):
        pending.append((layer, packed))
      case .pointwise(let packed):
        flush(before: index)
        steps.append(PanelStep(layer, packed, operation: index, workers: workers))
      case .stem:
        steps.append(bandStep([layer], index..<index + 1))
      case .attention, .pooling, .scaling:
        preconditionFailure("\(layer.operation.name) is never fused")
      }
    }
    flush(before: group.upperBound)
    return steps
  }
}
