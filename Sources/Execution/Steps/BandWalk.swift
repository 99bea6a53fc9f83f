import FastViTOperations

/// One worker's way through a task of a `BandStep`: which rows of each layer exist, and where.
struct BandWalk {
  private let step: BandStep
  private let memory: RunMemory
  private let scratch: UnsafeMutableRawPointer
  private let worker: Int

  /// The first row that each layer's window holds.
  private var origins = InlineArray<4, Int>(repeating: 0)
  /// The row after the last one made, per layer.
  private var ends = InlineArray<4, Int>(repeating: 0)

  init(_ step: BandStep, _ memory: RunMemory, worker: Int) {
    self.step = step
    self.memory = memory
    scratch = memory.scratch(ofWorker: worker)
    self.worker = worker
  }

  /// Computes the rows `rows` of the last layer, one band after another.
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

  /// Makes the missing rows of every layer that the last layer's rows up to `end` need.
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
    start.copyMemory(
      from: start + (kept - origins[index]) * layer.rowBytes,
      byteCount: max(0, ends[index] - kept) * layer.rowBytes)
    origins[index] = kept
  }

  /// Where row 0 of a layer's output would lie. Only rows that the window holds may be read or written.
  private func output(of index: Int) -> UnsafeMutableRawPointer {
    let layer = step.layers[index]
    guard let window = layer.window else { return memory.value(layer.operation.output) }
    return scratch + window.offset - origins[index] * layer.rowBytes
  }

  private func make(_ rows: Range<Int>, of index: Int) {
    let layer = step.layers[index]
    layer.packed.run(
      rows: rows, on: layer.shaped.input,
      OperandPlaces(
        input: input(of: index), second: second(of: layer), output: output(of: index),
        outputPitch: layer.shaped.outputPitch))
  }

  private func input(of index: Int) -> StridedMap {
    if index == 0 { return memory.map(step.layers[0].operation.input) }
    return .channelsLast(output(of: index - 1), step.layers[index].shaped.input)
  }

  private func second(of layer: BandStep.Layer) -> UnsafeRawPointer? {
    if let source = layer.residualLayer { return UnsafeRawPointer(output(of: source)) }
    return layer.operation.second.map { UnsafeRawPointer(memory.value($0)) }
  }
}
