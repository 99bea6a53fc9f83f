import Network

/// Pictures of one size, one behind the other, and how workers share them.
///
/// Sendable because they are only read.
struct Batch: @unchecked Sendable {
  private let start: UnsafePointer<Float>
  let count: Int
  let height: Int
  let width: Int

  /// How many, from the first on, workers take for themselves; see `BatchSchedule`.
  let separate: Int

  /// - Parameter pixels: normalised, planar `[count][3][height][width]`; they must outlive the batch.
  init(
    _ pixels: UnsafeBufferPointer<Float>, count: Int, height: Int, width: Int, separate: Int
  ) {
    self.count = count
    self.height = height
    self.width = width
    self.separate = separate
    precondition(count > 0 && pixels.count == count * Self.size(height: height, width: width))
    guard let start = pixels.baseAddress else { preconditionFailure("a picture has pixels") }
    self.start = start
  }

  /// Values of one picture.
  static func size(height: Int, width: Int) -> Int { Graph<Float>.inputChannels * height * width }

  subscript(index: Int) -> UnsafePointer<Float> {
    start + index * Self.size(height: height, width: width)
  }
}
