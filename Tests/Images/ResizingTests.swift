import Testing

@testable import FastViTImages

/// Resizing has the same bytes as Pillow's, and a window has those of the whole image.
@Suite("Resizing")
struct ResizingTests {
  @Test("The goldens can be read")
  func goldens() {
    #expect(Goldens.all.resizes.count == 66)
    #expect(Goldens.all.preprocessings.count == 20)
    #expect(Goldens.all.maxima.count == 14)
    #expect(crc32("123456789".utf8) == 0xCBF4_3926)
  }

  @Test("A resized image has the same bytes as Pillow's", arguments: Goldens.all.resizes)
  func pillow(golden: Goldens.Resize) throws {
    let image = golden.kind.image(
      height: golden.height,
      width: golden.width,
      seed: golden.seed
    )
    let interpolation = try #require(Interpolation(rawValue: golden.interpolation))
    let resized = image.resized(
      height: golden.newHeight,
      width: golden.newWidth,
      interpolation: interpolation
    )
    #expect(resized.height == golden.newHeight)
    #expect(resized.width == golden.newWidth)
    if golden.isStored {
      let path = Goldens.folder.appending(path: golden.name + ".ppm").path()
      let expected = try Image(contentsOf: path)
      let difference = zip(resized.samples, expected.samples).enumerated()
        .first { $0.element.0 != $0.element.1 }
      #expect(difference == nil, "the first sample that differs: index, found, expected")
    }
    #expect(crc32(resized.samples) == golden.crc)
  }

  @Test(
    "A window equals the crop of the whole image",
    arguments: Interpolation.allCases,
    [(40, 50), (90, 31), (200, 31), (40, 120), (60, 31), (40, 100), (60, 100)]
  )
  func window(interpolation: Interpolation, size: (height: Int, width: Int)) {
    let image = SyntheticImage.extremes.image(
      height: size.height,
      width: size.width,
      seed: 7
    )
    let whole = image.resized(height: 60, width: 31, interpolation: interpolation)
    for (rows, columns) in [(0..<60, 3..<9), (10..<50, 0..<31), (59..<60, 30..<31), (1..<3, 0..<2)]
    {
      let window = image.resized(
        height: 60,
        width: 31,
        interpolation: interpolation,
        rows: rows,
        columns: columns
      )
      #expect(window == whole.cropped(rows: rows, columns: columns))
    }
  }

  @Test("The cost of a window does not depend on the size of the whole image")
  func extremeRatio() {
    let long = Image.longestSide
    let image = SyntheticImage.noise.image(height: 1, width: long, seed: 1)
    // The whole image would have 284 rows of 18 million pixels.
    let window = image.resized(
      height: 284,
      width: 284 * long,
      interpolation: .bicubic,
      rows: 14..<270,
      columns: 142 * long..<142 * long + 256
    )
    #expect(window.height == 256)
    let first = window.samples.prefix(256 * 3)
    #expect(
      (1..<256).allSatisfy { first.elementsEqual(window.samples.dropFirst($0 * 768).prefix(768)) }
    )
  }

  @Test("An image of one level keeps that level", arguments: [0, 1, 127, 254, 255] as [UInt8])
  func flat(level: UInt8) {
    let image = Image(
      height: 19,
      width: 23,
      samples: Array(repeating: level, count: 19 * 23 * 3)
    )
    for (height, width) in [(5, 7), (40, 50), (19, 5), (300, 2)] {
      for interpolation in Interpolation.allCases {
        let resized = image.resized(height: height, width: width, interpolation: interpolation)
        #expect(resized.samples.allSatisfy { $0 == level })
      }
    }
  }

  @Test("Weights sum to one and lie within the image", arguments: Interpolation.allCases)
  func weights(interpolation: Interpolation) {
    for (input, output) in [(1, 1), (1, 50), (50, 1), (7, 13), (640, 284), (65_535, 3)] {
      let weights = ResamplingWeights(
        from: input,
        to: output,
        window: 0..<output,
        interpolation: interpolation
      )
      #expect((0..<input).contains(weights.reach))
      for position in 0..<output {
        let taps = weights.weights[position * weights.stride..<(position + 1) * weights.stride]
        let sum = taps.reduce(0) { $0 + Int($1) }
        // Rounding changes each weight by at most half a unit.
        #expect(abs(sum - 1 << 22) <= weights.inputs[position].count / 2 + 1)
      }
    }
  }

  @Test("A crop has the samples at its place")
  func crop() {
    let image = SyntheticImage.ramp.image(height: 5, width: 6, seed: 0)
    let crop = image.cropped(rows: 2..<4, columns: 1..<3)
    #expect(
      crop
        == Image(
          height: 2,
          width: 2,
          samples: [8, 88, 168, 10, 90, 170, 11, 91, 171, 13, 93, 173]
        )
    )
  }
}
