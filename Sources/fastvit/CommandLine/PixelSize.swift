/// A height and a width in pixels, written `HxW`.
struct PixelSize: Equatable, Sendable, CustomStringConvertible {
  /// Rows.
  let height: Int
  /// Columns.
  let width: Int

  /// `HxW`.
  var description: String { "\(height)x\(width)" }
}
