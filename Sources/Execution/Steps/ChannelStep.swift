import FastViTOperations

/// Operations one after the other on whole feature maps, cut by channels. Each output channel depends on few
/// input channels, so no worker waits for another between two operations, and no row is computed twice.
struct ChannelStep: Step {
  /// One operation with its own way to share channels.
  typealias Layer = (shaped: ShapedOperation, packed: any ChannelwiseOperation)

  let operations: Range<Int>
  private let layers: [Layer]
  private let tasks: [Range<Int>]

  /// - Parameters:
  ///   - layers: each reads the one before; all have equally many groups of channels.
  ///   - tasksPerWorker: as many if there are enough channels; nil for one task of a single worker, or two
  ///     per worker of several.
  init(_ layers: [Layer], operations: Range<Int>, workers: Int, tasksPerWorker: Int? = nil) {
    precondition(!layers.isEmpty && layers.count == operations.count)
    self.operations = operations
    self.layers = layers
    let groups = layers[0].packed.channelGroups
    precondition(layers.allSatisfy { $0.packed.channelGroups == groups })
    let wanted = tasksPerWorker ?? (workers == 1 ? 1 : 2)
    tasks = evenRanges(groups, parts: min(groups, wanted * workers))
  }

  var taskCount: Int { tasks.count }

  func run(_ task: Int, _ memory: RunMemory, worker: Int) {
    for (index, layer) in zip(operations, layers) {
      let places = layer.shaped.places(memory, worker: worker)
      memory.record(index, worker: worker) {
        layer.packed.run(channelGroups: tasks[task], on: layer.shaped.input, places)
      }
    }
  }
}
