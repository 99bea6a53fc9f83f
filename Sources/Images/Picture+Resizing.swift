extension Picture {
  /// The picture in another size, or a part of that, with the same bytes as Pillow 13's
  /// `Image.resize((width, height), interpolation)`.
  ///
  /// Pillow resizes along one axis to 8 bits, then along the other; an axis that keeps its size is
  /// left alone. Rows come first, unless the height shrinks by more than twice as many pixels as
  /// the width does (so since Pillow 13; before, rows always came first).
  ///
  /// What lies outside of the window is never computed, so that the cost depends on the window and
  /// not on the size, which for a long and narrow picture can be a hundred times as large.
  ///
  /// - Parameters:
  ///   - rows: the rows wanted of the result, all if nil.
  ///   - columns: the columns wanted of the result, all if nil.
  package func resized(
    height newHeight: Int,
    width newWidth: Int,
    interpolation: Interpolation,
    rows: Range<Int>? = nil,
    columns: Range<Int>? = nil
  ) -> Picture {
    let rows = rows ?? 0..<newHeight
    let columns = columns ?? 0..<newWidth
    precondition(
      !rows.isEmpty && !columns.isEmpty && (0..<newHeight).contains(rows)
        && (0..<newWidth).contains(columns),
      "a window lies in the picture and is not empty"
    )
    let vertical = ResamplingWeights(
      from: height,
      to: newHeight,
      window: rows,
      interpolation: interpolation
    )
    let horizontal = ResamplingWeights(
      from: width,
      to: newWidth,
      window: columns,
      interpolation: interpolation
    )
    let isVerticalFirst = height > newHeight && height - newHeight > (width - newWidth) * 2
    if isVerticalFirst {
      let needed = newWidth == width ? columns : horizontal.reach
      let lowered = resizedVertically(vertical, columns: needed, firstRow: 0)
      return newWidth == width
        ? lowered
        : lowered.resizedHorizontally(
          horizontal,
          rows: 0..<rows.count,
          firstColumn: needed.lowerBound
        )
    }
    let needed = newHeight == height ? rows : vertical.reach
    let narrowed =
      newWidth == width
      ? cropped(rows: needed, columns: columns)
      : resizedHorizontally(horizontal, rows: needed, firstColumn: 0)
    return newHeight == height
      ? narrowed
      : narrowed.resizedVertically(
        vertical,
        columns: 0..<columns.count,
        firstRow: needed.lowerBound
      )
  }

  /// A part of the picture.
  package func cropped(rows: Range<Int>, columns: Range<Int>) -> Picture {
    if rows == 0..<height && columns == 0..<width { return self }
    var cropped: [UInt8] = []
    cropped.reserveCapacity(rows.count * columns.count * 3)
    for row in rows {
      let start = row * width * 3
      cropped += samples[start + columns.lowerBound * 3..<start + columns.upperBound * 3]
    }
    return Picture(height: rows.count, width: columns.count, samples: cropped)
  }

  /// The given rows, each made as long as `weights` has output positions.
  ///
  /// - Parameter firstColumn: which of the input positions of `weights` column 0 is.
  private func resizedHorizontally(
    _ weights: ResamplingWeights,
    rows: Range<Int>,
    firstColumn: Int
  ) -> Picture {
    let newWidth = weights.inputs.count
    var resized = [UInt8](repeating: 0, count: rows.count * newWidth * 3)
    var output = resized.mutableSpan
    let input = samples.span
    let factors = weights.weights.span
    var target = 0
    for row in rows {
      let rowStart = row * width - firstColumn
      for column in 0..<newWidth {
        let inputs = weights.inputs[column]
        let pixels = input.extracting(
          (rowStart + inputs.lowerBound) * 3..<(rowStart + inputs.upperBound) * 3
        )
        let taps = factors.extracting(
          column * weights.stride..<column * weights.stride + inputs.count
        )
        var red = Self.half
        var green = Self.half
        var blue = Self.half
        for tap in taps.indices {
          red &+= Int32(pixels[tap * 3]) &* taps[tap]
          green &+= Int32(pixels[tap * 3 + 1]) &* taps[tap]
          blue &+= Int32(pixels[tap * 3 + 2]) &* taps[tap]
        }
        output[target] = Self.clipped(red)
        output[target + 1] = Self.clipped(green)
        output[target + 2] = Self.clipped(blue)
        target += 3
      }
    }
    return Picture(height: rows.count, width: newWidth, samples: resized)
  }

  /// The given columns, each made as high as `weights` has output positions.
  ///
  /// - Parameter firstRow: which of the input positions of `weights` row 0 is.
  private func resizedVertically(
    _ weights: ResamplingWeights,
    columns: Range<Int>,
    firstRow: Int
  ) -> Picture {
    let newHeight = weights.inputs.count
    let pitch = columns.count * 3
    var resized = [UInt8](repeating: 0, count: newHeight * pitch)
    var sums = [Int32](repeating: 0, count: pitch)
    for row in 0..<newHeight {
      for index in sums.indices { sums[index] = Self.half }
      // A tap at a time over the whole row: memory is read in order and the loop vectorises.
      for (tap, inputRow) in weights.inputs[row].enumerated() {
        let weight = weights.weights[row * weights.stride + tap]
        let start = ((inputRow - firstRow) * width + columns.lowerBound) * 3
        let input = samples.span.extracting(start..<start + pitch)
        var sums = sums.mutableSpan
        for index in input.indices { sums[index] &+= Int32(input[index]) &* weight }
      }
      for index in sums.indices { resized[row * pitch + index] = Self.clipped(sums[index]) }
    }
    return Picture(height: newHeight, width: columns.count, samples: resized)
  }

  /// One half in fixed point: added before the fraction is cut off, it rounds.
  private static let half = Int32(1) << (ResamplingWeights.precision - 1)

  /// A sum in fixed point as a sample.
  private static func clipped(_ sum: Int32) -> UInt8 {
    UInt8(clamping: sum >> ResamplingWeights.precision)
  }
}
