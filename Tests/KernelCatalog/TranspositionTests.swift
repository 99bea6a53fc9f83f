import TestSupport
import Testing

@testable import KernelCatalog

/// Columns written as rows, of every size around that of the squares and blocks they are moved in.
@Suite struct TranspositionTests {
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 13, 24], [1, 3, 4, 5, 8, 15, 16, 17, 20, 38])
  func columnsBecomeRows(rows: Int, columns: Int) {
    var random = SeededGenerator(9)
    let matrix = random.floats(rows * columns)
    for pitch in [rows, rows + 1, 24] where pitch >= rows {
      for place in [0, 3] {
        // One more than must be there, to see that it stays.
        var found = [Float](repeating: -7, count: place + (columns - 1) * pitch + rows + 1)
        var expected = found
        var target = found.mutableSpan
        target.writeColumns(of: matrix.span, columns: columns, at: place, pitch: pitch)
        for row in 0..<rows {
          for column in 0..<columns {
            expected[place + column * pitch + row] = matrix[row * columns + column]
          }
        }
        #expect(found == expected, "pitch \(pitch), at \(place)")
      }
    }
  }
}
