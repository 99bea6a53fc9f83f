extension PackedPointwise {
  package func tasks(
    on input: FeatureShape, workers: Int, tasksPerWorker: Int?
  ) -> any OperationTasks {
    PointwiseTasks(self, rows: input.pixels, workers: workers, tasksPerWorker: tasksPerWorker)
  }

  package func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces) {
    let rows = input.pixels
    let step = segments.map(\.kernel.rows).max() ?? 1
    if rows >= parts * step {
      let mine = share(part, of: parts, count: rows, step: step)
      for index in segments.indices { run(index, 0..<segments[index].panels, mine, places) }
      return
    }
    let mine = share(part, of: parts, count: segments.reduce(0) { $0 + $1.panels })
    var first = 0
    for index in segments.indices {
      let panels = mine.clamped(to: first..<first + segments[index].panels)
      run(index, panels.lowerBound - first..<panels.upperBound - first, 0..<rows, places)
      first += segments[index].panels
    }
  }

  /// Computes some panels of a segment on some rows.
  fileprivate func run(
    _ index: Int, _ panels: Range<Int>, _ rows: Range<Int>, _ places: OperandPlaces
  ) {
    guard !rows.isEmpty, !panels.isEmpty else { return }
    let target = rows.lowerBound * places.outputPitch
    run(
      index, panels: panels, rows: rows.count,
      input: places.input.values.advanced(floats: rows.lowerBound * places.input.pixelStride),
      inputPitch: places.input.pixelStride,
      residual: places.second.map { $0.advanced(floats: target) },
      output: places.output.advanced(floats: target), outputPitch: places.outputPitch)
  }
}

/// A matrix product cut into tasks: by rows of the matrix, which are pixels, where these are many; else by
/// output channels, so that each worker reads its part of the weights once.
private struct PointwiseTasks: OperationTasks {
  /// Some panels of one of a layer's segments, on some rows.
  private struct Piece: Sendable {
    let segment: Int
    let panels: Range<Int>
    let rows: Range<Int>
  }

  private let packed: PackedPointwise
  /// The pieces of each task.
  private let pieces: [[Piece]]

  /// - Parameter tasksPerWorker: a wish where there are few rows; nil for one task of a single worker, or
  ///   two per worker of several.
  init(_ packed: PackedPointwise, rows: Int, workers: Int, tasksPerWorker: Int?) {
    self.packed = packed
    let segments = packed.segments
    let step = segments.map(\.kernel.rows).max() ?? 1
    let tasks = workers * (tasksPerWorker ?? (workers == 1 ? 1 : 2))
    if tasks == 1 || rows >= tasks * Self.taskRows {
      let tasks = evenRanges((rows + step - 1) / step, parts: max(1, rows / Self.taskRows))
      pieces = tasks.map { task in
        let rows = task.lowerBound * step..<min(rows, task.upperBound * step)
        return segments.indices.map {
          Piece(segment: $0, panels: 0..<segments[$0].panels, rows: rows)
        }
      }
    } else {
      pieces = Self.pieces(of: segments, rows: rows, step: step, tasks: tasks)
    }
  }

  /// Rows of a task where rows are divided: so many that the cost of a call is negligible, and so few that
  /// the rows stay in the cache while all weights are read.
  private static let taskRows = 64

  /// Cuts the products into tasks of about equal work: whole panels, and where one task ends and the next
  /// begins within a panel, some rows of it.
  private static func pieces(
    of segments: [PointwiseSegment], rows: Int, step: Int, tasks: Int
  ) -> [[Piece]] {
    let rowUnits = (rows + step - 1) / step
    let work = segments.map { $0.panels * $0.kernel.vectors * rowUnits }
    return evenRanges(work.reduce(0, +), parts: tasks).map { share in
      var start = 0
      var pieces: [Piece] = []
      for (index, segment) in segments.enumerated() {
        let mine = share.clamped(to: start..<start + work[index])
        let unit = segment.kernel.vectors
        let units = (mine.lowerBound - start) / unit..<(mine.upperBound - start) / unit
        start += work[index]
        pieces += Self.pieces(of: units, rowUnits: rowUnits).map {
          Piece(
            segment: index, panels: $0.panels,
            rows: $0.rows.lowerBound * step..<min(rows, $0.rows.upperBound * step))
        }
      }
      return pieces
    }.filter { !$0.isEmpty }
  }

  /// The pieces that the units `units` of a segment make: the rest of one panel, whole panels, the beginning
  /// of another. A unit is `step` rows of one panel; units are counted panel by panel.
  private static func pieces(
    of units: Range<Int>, rowUnits: Int
  ) -> [(panels: Range<Int>, rows: Range<Int>)] {
    var pieces: [(panels: Range<Int>, rows: Range<Int>)] = []
    var unit = units.lowerBound
    while unit < units.upperBound {
      let panel = unit / rowUnits
      let row = unit % rowUnits
      let left = units.upperBound - unit
      if row == 0, left >= rowUnits {
        let panels = left / rowUnits
        pieces.append((panel..<panel + panels, 0..<rowUnits))
        unit += panels * rowUnits
      } else {
        let count = min(left, rowUnits - row)
        pieces.append((panel..<panel + 1, row..<row + count))
        unit += count
      }
    }
    return pieces
  }

  var count: Int { pieces.count }

  func run(_ task: Int, _ places: OperandPlaces) {
    for piece in pieces[task] { packed.run(piece.segment, piece.panels, piece.rows, places) }
  }
}
