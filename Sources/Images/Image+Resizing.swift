extension Image {
  /// The image resized to another size, or a window of the resized image, with the same bytes as Pillow
  /// 13's `Image.resize((width, height), interpolation)`.
  ///
  /// Pillow resizes along one axis, rounds to 8 bits, and then resizes along the other; an axis that
  /// keeps its size is skipped. Rows come first, unless the height shrinks by more than twice as many
  /// pixels as the width. Before Pillow 13, rows always came first.
  ///
  /// Nothing outside of the window is computed. So the cost depends on the window and not on the new
  /// size, which for a long and narrow image can be a hundred times as large.
  ///
  /// - Parameters:
  ///   - newHeight: rows of the resized image.
  ///   - newWidth: columns of the resized image.
  ///   - interpolation: the filter.
  ///   - rows: the rows of the window; all if `nil`.
  ///   - columns: the columns of the window; all if `nil`.
  package func resized(
    height newHeight: Int,
    width newWidth: Int,
    interpolation: Interpolation,
    rows: Range<Int>? = nil,
    columns: Range<Int>? = nil
  ) -> Image {
    let rows = rows ?? 0..<newHeight
    let columns = columns ?? 0..<newWidth
    precondition(
      !rows.isEmpty && !columns.isEmpty && (0..<newHeight).contains(rows)
        && (0..<newWidth).contains(columns),
      "a window lies in the image and is not empty"
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

  /// The part of the image in `rows` and `columns`.
  package func cropped(rows: Range<Int>, columns: Range<Int>) -> Image {
    if rows == 0..<height && columns == 0..<width { return self }
    var cropped: [UInt8] = []
    cropped.reserveCapacity(rows.count * columns.count * 3)
    for row in rows {
      let start = row * width * 3
      cropped += samples[start + columns.lowerBound * 3..<start + columns.upperBound * 3]
    }
    return Image(height: rows.count, width: columns.count, samples: cropped)
  }

  /// The given rows, resized to one column per output position of `weights`.
  ///
  /// - Parameter firstColumn: the position of column 0 among the input positions of `weights`.
  private func resizedHorizontally(
    _ weights: ResamplingWeights,
    rows: Range<Int>,
    firstColumn: Int
  ) -> Image {
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
    return Image(height: rows.count, width: newWidth, samples: resized)
  }

  /// The given columns, resized to one row per output position of `weights`.
  ///
  /// - Parameter firstRow: the position of row 0 among the input positions of `weights`.
  private func resizedVertically(
    _ weights: ResamplingWeights,
    columns: Range<Int>,
    firstRow: Int
  ) -> Image {
    let newHeight = weights.inputs.count
    let pitch = columns.count * 3
    var resized = [UInt8](repeating: 0, count: newHeight * pitch)
    var sums = [Int32](repeating: 0, count: pitch)
    for row in 0..<newHeight {
      for index in sums.indices { sums[index] = Self.half }
      // The inner loop runs along a whole row for one tap, so that memory is read in order and the loop
      // is vectorised.
      for (tap, inputRow) in weights.inputs[row].enumerated() {
        let weight = weights.weights[row * weights.stride + tap]
        let start = ((inputRow - firstRow) * width + columns.lowerBound) * 3
        let input = samples.span.extracting(start..<start + pitch)
        var sums = sums.mutableSpan
        for index in input.indices { sums[index] &+= Int32(input[index]) &* weight }
      }
      for index in sums.indices { resized[row * pitch + index] = Self.clipped(sums[index]) }
    }
    return Image(height: newHeight, width: columns.count, samples: resized)
  }

  /// One half in fixed point, which is added to a sum so that cutting off the fraction rounds it.
  private static let half = Int32(1) << (ResamplingWeights.precision - 1)

  /// A sum in fixed point as a sample, clamped to 0...255.
  private static func clipped(_ sum: Int32) -> UInt8 {
    UInt8(clamping: sum >> ResamplingWeights.precision)
  }
}
