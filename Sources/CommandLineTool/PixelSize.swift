/// A height and a width in pixels, written `HxW`.
package struct PixelSize: Equatable, Sendable, CustomStringConvertible {
  /// Rows.
  package let height: Int
  /// Columns.
  package let width: Int

  /// A size of `height` rows and `width` columns.
  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// `HxW`.
  package var description: String { "\(height)x\(width)" }
}
