import KernelCatalog
import KernelContract

/// One worker's way through a tile of a `BandStep`: which rows of each layer exist, and where.
struct BandWalk {
  private let step: BandStep
  private let memory: RunMemory
  private let scratch: UnsafeMutablePointer<Float>
  private let worker: Int

  /// Of each layer: the first row that its window holds.
  private var origins = InlineArray<4, Int>(repeating: 0)
  /// Of each layer: the row behind the last one made.
  private var ends = InlineArray<4, Int>(repeating: 0)

  init(_ step: BandStep, _ memory: RunMemory, worker: Int) {
    self.step = step
    self.memory = memory
    scratch = memory.scratch(ofWorker: worker)
    self.worker = worker
  }

  /// Computes the rows `rows` of the last layer, a band at a time.
  mutating func run(_ rows: Range<Int>) {
    start(at: rows.lowerBound)
    var first = rows.lowerBound
    while first < rows.upperBound {
      var end = first + step.bandRows
      if rows.upperBound - end < BandStep.smallestBand { end = rows.upperBound }
      carry(bandFrom: first, to: end)
      first = end
    }
  }

  /// Sets the first row of every layer that row `first` of the last one needs.
  private mutating func start(at first: Int) {
    var row = first
    for index in step.layers.indices.reversed() {
      origins[index] = row
      ends[index] = row
      row = max(0, step.layers[index].geometry.origin(row))
    }
  }

  /// Makes what is missing for the last layer's rows up to `end`, layer by layer.
  private mutating func carry(bandFrom first: Int, to end: Int) {
    var needed = InlineArray<4, Int>(repeating: 0)
    var row = end
    for index in step.layers.indices.reversed() {
      needed[index] = row
      let layer = step.layers[index]
      row = min(
        layer.shaped.input.height, layer.geometry.origin(row - 1) + layer.geometry.kernel)
    }
    for index in step.layers.indices where ends[index] < needed[index] {
      makeRoom(in: index, upTo: needed[index], bandFrom: first)
      let rows = ends[index]..<needed[index]
      memory.record(step.operations.lowerBound + index, worker: worker) {
        make(rows, of: index)
      }
      ends[index] = needed[index]
    }
  }

  /// Moves the rows of a window that are still needed to its start, if those up to `end` do not fit.
  private mutating func makeRoom(in index: Int, upTo end: Int, bandFrom first: Int) {
    let layer = step.layers[index]
    guard let window = layer.window, end - origins[index] > window.rows else { return }
    let next = step.layers[index + 1].geometry
    var kept = max(0, next.origin(ends[index + 1]))
    if step.layers.contains(where: { $0.residualLayer == index }) { kept = min(kept, first) }
    precondition(end - kept <= window.rows, "a window holds the rows needed at a time")
    let start = scratch + window.offset
    start.update(
      from: start + (kept - origins[index]) * layer.rowElements,
      count: max(0, ends[index] - kept) * layer.rowElements)
    origins[index] = kept
  }

  /// Row 0 of a layer's output, where it would lie: only rows that exist may be touched.
  private func output(of index: Int) -> UnsafeMutablePointer<Float> {
    let layer = step.layers[index]
    guard let window = layer.window else { return memory.value(layer.operation.output) }
    return scratch + window.offset - origins[index] * layer.rowElements
  }

  private func make(_ rows: Range<Int>, of index: Int) {
    let layer = step.layers[index]
    let shaped = layer.shaped
    let target = output(of: index)
    switch layer.operation.work {
    case .stem(let packed):
      packed.run(
        rows: rows, of: memory.picture, output: target, outputPitch: shaped.outputPitch)
    case .depthwise(let packed):
      packed.run(
        rows: rows, of: shaped.input, input: input(of: index), inputPitch: shaped.inputPitch,
        output: target, outputPitch: shaped.outputPitch)
    case .pointwise(let packed):
      let source = rows.lowerBound * shaped.input.width * shaped.inputPitch
      let place = rows.lowerBound * layer.rowElements
      packed.run(
        rows: rows.count * shaped.output.width,
        input: input(of: index) + source, inputPitch: shaped.inputPitch,
        residual: residual(of: layer).map { $0 + place }, residualPitch: shaped.outputPitch,
        output: target + place, outputPitch: shaped.outputPitch)
    case .attention, .pooling, .scaling:
      preconditionFailure("\(layer.operation.name) does not work row by row")
    }
  }

  private func input(of index: Int) -> UnsafePointer<Float> {
    UnsafePointer(
      index == 0 ? memory.value(step.layers[0].operation.input) : output(of: index - 1))
  }

  private func residual(of layer: BandStep.Layer) -> UnsafePointer<Float>? {
    if let source = layer.residualLayer { return UnsafePointer(output(of: source)) }
    return layer.operation.second.map { UnsafePointer(memory.value($0)) }
  }
}
