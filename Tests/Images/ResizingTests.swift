import Testing

@testable import Images

/// Resizing is Pillow's to the last bit, and consistent with itself.
@Suite("Resizing")
struct ResizingTests {
  @Test("The goldens are there")
  func goldens() {
    #expect(Goldens.all.resizes.count == 66)
    #expect(Goldens.all.preprocessings.count == 20)
    #expect(Goldens.all.maxima.count == 14)
    #expect(crc32("123456789".utf8) == 0xCBF4_3926)
  }

  @Test("A resized picture has Pillow's bytes", arguments: Goldens.all.resizes)
  func pillow(golden: Goldens.Resize) throws {
    let picture = golden.kind.picture(
      height: golden.height,
      width: golden.width,
      seed: golden.seed
    )
    let interpolation = try #require(Interpolation(rawValue: golden.interpolation))
    let resized = picture.resized(
      height: golden.newHeight,
      width: golden.newWidth,
      interpolation: interpolation
    )
    #expect(resized.height == golden.newHeight)
    #expect(resized.width == golden.newWidth)
    if golden.isStored {
      let path = Goldens.folder.appending(path: golden.name + ".ppm").path()
      let expected = try Picture(contentsOf: path)
      let difference = zip(resized.samples, expected.samples).enumerated()
        .first { $0.element.0 != $0.element.1 }
      #expect(difference == nil, "the first sample that differs: index, found, expected")
    }
    #expect(crc32(resized.samples) == golden.crc)
  }

  @Test(
    "A window is a crop of the whole",
    arguments: Interpolation.allCases,
    [(40, 50), (90, 31), (200, 31), (40, 120), (60, 31), (40, 100), (60, 100)]
  )
  func window(interpolation: Interpolation, size: (height: Int, width: Int)) {
    let picture = SyntheticPicture.extremes.picture(
      height: size.height,
      width: size.width,
      seed: 7
    )
    let whole = picture.resized(height: 60, width: 31, interpolation: interpolation)
    for (rows, columns) in [(0..<60, 3..<9), (10..<50, 0..<31), (59..<60, 30..<31), (1..<3, 0..<2)]
    {
      let window = picture.resized(
        height: 60,
        width: 31,
        interpolation: interpolation,
        rows: rows,
        columns: columns
      )
      #expect(window == whole.cropped(rows: rows, columns: columns))
    }
  }

  @Test("A window of a picture that is all length costs what the window costs")
  func extremeRatio() {
    let long = Picture.longestSide
    let picture = SyntheticPicture.noise.picture(height: 1, width: long, seed: 1)
    // In full this would be 284 rows of 18 million pixels.
    let window = picture.resized(
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

  @Test("A flat picture stays flat", arguments: [0, 1, 127, 254, 255] as [UInt8])
  func flat(level: UInt8) {
    let picture = Picture(
      height: 19,
      width: 23,
      samples: Array(repeating: level, count: 19 * 23 * 3)
    )
    for (height, width) in [(5, 7), (40, 50), (19, 5), (300, 2)] {
      for interpolation in Interpolation.allCases {
        let resized = picture.resized(height: height, width: width, interpolation: interpolation)
        #expect(resized.samples.allSatisfy { $0 == level })
      }
    }
  }

  @Test("Weights sum to one and lie in the picture", arguments: Interpolation.allCases)
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
        // Each weight is rounded by half a unit at most.
        #expect(abs(sum - 1 << 22) <= weights.inputs[position].count / 2 + 1)
      }
    }
  }

  @Test("A crop has the samples of its place")
  func crop() {
    let picture = SyntheticPicture.ramp.picture(height: 5, width: 6, seed: 0)
    let crop = picture.cropped(rows: 2..<4, columns: 1..<3)
    #expect(
      crop
        == Picture(
          height: 2,
          width: 2,
          samples: [8, 88, 168, 10, 90, 170, 11, 91, 171, 13, 93, 173]
        )
    )
  }
}
