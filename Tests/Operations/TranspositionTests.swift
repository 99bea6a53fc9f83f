import FastViTTestSupport
import Testing

@testable import FastViTOperations

/// Columns written as rows, of every size around that of the squares in which values are moved.
@Suite struct TranspositionTests {
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 13, 24], [1, 3, 4, 5, 8, 15, 16, 17, 20, 38])
  func columnsBecomeRows(rows: Int, columns: Int) {
    var random = SeededGenerator(9)
    for (rowPitch, pitch, place) in [
      (columns, rows, 0), (columns, rows + 1, 3), (columns + 5, max(rows, 24), 0),
      (2 * columns, rows, 3),
    ] {
      // The matrix ends with the last row's last value.
      let matrix = random.floats((rows - 1) * rowPitch + columns)
      // One value more than is written, which must stay as it is.
      var found = [Float](repeating: -7, count: place + (columns - 1) * pitch + rows + 1)
      var expected = found
      var target = found.mutableSpan
      target.writeColumns(
        of: matrix.span, rows: rows, columns: columns, rowPitch: rowPitch, at: place, pitch: pitch)
      for row in 0..<rows {
        for column in 0..<columns {
          expected[place + column * pitch + row] = matrix[row * rowPitch + column]
        }
      }
      #expect(found == expected, "pitches \(rowPitch) and \(pitch), at \(place)")
    }
  }
}
