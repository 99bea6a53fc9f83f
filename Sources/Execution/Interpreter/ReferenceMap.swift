import FastViTOperations
import FastViTScheduler

/// One value of a graph for one image: a feature map, channels-last without padding.
struct ReferenceMap<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  let shape: FeatureShape
  let values: [Scalar]

  /// The feature map of `planar`, `[channel][height][width]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(planar: Span<Scalar>, _ shape: FeatureShape) {
    self.shape = shape
    var values = [Scalar](repeating: 0, count: shape.elements)
    for channel in 0..<shape.channels {
      for pixel in 0..<shape.pixels {
        values[pixel * shape.channels + channel] = planar[channel * shape.pixels + pixel]
      }
    }
    self.values = values
  }

  /// A feature map made row by row: `fill` is called once for every row, on any worker of `team`, with the
  /// memory of the row, zeros at first.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(
    _ shape: FeatureShape, team: Team,
    fill: @Sendable (_ row: Int, _ values: inout MutableSpan<Scalar>) -> Void
  ) {
    self.shape = shape
    values = Array(unsafeUninitializedCapacity: shape.elements) { buffer, count in
      buffer.initialize(repeating: 0)
      count = shape.elements
      let rows = Rows(all: buffer, length: shape.rowElements)
      team.forEachTask(count: shape.height) { row in
        var span = MutableSpan(_unsafeElements: rows[row])
        fill(row, &span)
      }
    }
  }

  /// The values, `[channel][pixel]`.
  var planar: [Scalar] {
    (0..<shape.elements).map { values[$0 % shape.pixels * shape.channels + $0 / shape.pixels] }
  }
}

/// The rows of a feature map under construction.
///
/// Sendable because each row is written by the one worker that claimed it, and the team's return
/// orders all writes before the next read.
private struct Rows<Scalar>: @unchecked Sendable {
  let all: UnsafeMutableBufferPointer<Scalar>
  let length: Int

  subscript(row: Int) -> UnsafeMutableBufferPointer<Scalar> {
    UnsafeMutableBufferPointer(rebasing: all[row * length..<(row + 1) * length])
  }
}
