/// A height and a width in pixels, written `HxW`.
package struct PixelSize: Equatable, Sendable, CustomStringConvertible {
  /// Number of rows.
  package let height: Int
  /// Number of columns.
  package let width: Int

  /// A size of `height` rows and `width` columns.
  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The size as `HxW`.
  package var description: String { "\(height)x\(width)" }
}

extension ValueType where Value == PixelSize {
  /// A size written `HxW`, or as one number for a square, with both sides in `range`.
  package static func size(in range: ClosedRange<Int>) -> Self {
    ValueType(
      expecting: "HxW, such as 256x192, with sides from \(range.lowerBound) to \(range.upperBound)"
    ) { word in
      let sides = word.lowercased().split(separator: "x", omittingEmptySubsequences: false)
      guard (1...2).contains(sides.count), let height = side(sides[0], in: range),
        let width = side(sides[sides.count - 1], in: range)
      else { return nil }
      return PixelSize(height: height, width: width)
    }
  }

  private static func side(_ word: Substring, in range: ClosedRange<Int>) -> Int? {
    // `Int` accepts a sign, which a size may not have.
    guard word.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int(word).flatMap { range.contains($0) ? $0 : nil }
  }
}
