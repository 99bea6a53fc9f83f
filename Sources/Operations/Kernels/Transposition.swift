/// Four rows of four values, each row a vector: as many as fit the registers of every instruction set,
/// because this file is compiled once for all of them.
private struct Square {
  typealias Row = SIMD4<Float>

  /// Values along a side.
  static let side = Row.scalarCount

  private let rows: (Row, Row, Row, Row)

  private init(_ first: Row, _ second: Row, _ third: Row, _ fourth: Row) {
    rows = (first, second, third, fourth)
  }

  /// The square whose corner is value `corner` of `source`, its rows `pitch` values apart. Unchecked:
  /// all sixteen values must exist.
  @inline(__always)
  init(unchecked corner: Int, pitch: Int, in source: borrowing RawSpan) {
    func row(_ index: Int) -> Row {
      source.unsafeLoadUnaligned(
        fromUncheckedByteOffset: (corner &+ index &* pitch) &* MemoryLayout<Float>.stride,
        as: Row.self)
    }
    self.init(row(0), row(1), row(2), row(3))
  }

  /// Rows become columns.
  @inline(__always)
  var transposed: Square {
    func column(_ index: Int) -> Row {
      Row(rows.0[index], rows.1[index], rows.2[index], rows.3[index])
    }
    return Square(column(0), column(1), column(2), column(3))
  }

  /// Writes where `init(unchecked:pitch:in:)` would read.
  @inline(__always)
  func store(unchecked corner: Int, pitch: Int, in target: inout MutableRawSpan) {
    func store(_ row: Row, _ index: Int, _ target: inout MutableRawSpan) {
      target.storeBytes(
        of: row, toUncheckedByteOffset: (corner &+ index &* pitch) &* MemoryLayout<Float>.stride,
        as: Row.self)
    }
    store(rows.0, 0, &target)
    store(rows.1, 1, &target)
    store(rows.2, 2, &target)
    store(rows.3, 3, &target)
  }
}

extension MutableSpan<Float> {
  /// Writes the columns of a matrix as rows.
  ///
  /// Sixteen columns at a time, so that the cache lines that are read of all rows, and those that are
  /// written, fit the first-level cache.
  ///
  /// - Parameters:
  ///   - matrix: `rows` rows of `columns` values, each `rowPitch` values after the one before; what
  ///     lies between and after them is not read.
  ///   - place: the index of the first value written.
  ///   - pitch: values from one written column to the next; at least `rows`.
  mutating func writeColumns(
    of matrix: Span<Float>, rows: Int, columns: Int, rowPitch: Int, at place: Int, pitch: Int
  ) {
    guard rows > 0 else { return }
    precondition(0 < columns && columns <= rowPitch && rows <= pitch)
    precondition((rows - 1) * rowPitch + columns <= matrix.count)
    precondition(place >= 0 && place + (columns - 1) * pitch + rows <= count)
    let wholeRows = rows - rows % Square.side
    let wholeColumns = columns - columns % Square.side
    let source = matrix.bytes
    var target = mutableBytes
    let block = 16
    for start in stride(from: 0, to: wholeColumns, by: block) {
      let end = Swift.min(start + block, wholeColumns)
      for row in stride(from: 0, to: wholeRows, by: Square.side) {
        for column in stride(from: start, to: end, by: Square.side) {
          Square(unchecked: row &* rowPitch &+ column, pitch: rowPitch, in: source).transposed
            .store(unchecked: place &+ column &* pitch &+ row, pitch: pitch, in: &target)
        }
      }
    }
    // What is left of the last rows and columns makes no square.
    for row in 0..<rows {
      for column in (row < wholeRows ? wholeColumns : 0)..<columns {
        self[unchecked: place &+ column &* pitch &+ row] =
          matrix[unchecked: row &* rowPitch &+ column]
      }
    }
  }
}
