extension Picture {
  /// Decodes a PPM (P6) or a PAM (P7) of red, green and blue or of gray, with or without alpha.
  ///
  /// - Samples of a maximum other than 255 become `sample / maximum * 255`, computed in `Double` and
  ///   rounded half to even; samples above the maximum count as the maximum. That is what Pillow
  ///   does.
  /// - Alpha is dropped, neither multiplied in nor laid over a background. Gray is repeated.
  /// - A file may hold several pictures: the first is read, and nothing behind it is looked at.
  ///
  /// Nothing is allocated before the bytes for it are known to be there.
  ///
  /// - Parameter file: what errors call the file.
  package init(bytes: [UInt8], named file: String) throws(ImageError) {
    try self.init(PictureHeader(bytes, named: file), bytes: bytes, named: file)
  }

  /// Decodes the samples that follow a header.
  init(_ header: PictureHeader, bytes: [UInt8], named file: String) throws(ImageError) {
    guard let end = header.end, end <= bytes.count else {
      let needed = header.end.map { "\($0 - header.offset)" } ?? "more than can be counted"
      throw ImageError(
        kind: .malformed,
        file: file,
        found: "\(bytes.count - header.offset) bytes of samples",
        expected: "\(needed) for \(header.width)x\(header.height) pixels"
      )
    }
    let samples: [UInt8]
    if header.layout == .rgb && header.maximum == 255 {
      samples = Array(bytes[header.offset..<end])
    } else {
      samples = Self.converted(bytes, header)
    }
    self.init(height: header.height, width: header.width, samples: samples)
  }

  /// The samples as 8-bit red, green and blue.
  private static func converted(_ bytes: [UInt8], _ header: PictureHeader) -> [UInt8] {
    let scaled = (0...header.maximum).map { sample in
      UInt8((Double(sample) / Double(header.maximum) * 255).rounded(.toNearestOrEven))
    }
    let size = header.sampleSize
    let colours = header.layout.colours
    func sample(_ index: Int, ofPixelAt start: Int) -> UInt8 {
      let first = start + index * size
      let value = size == 1 ? Int(bytes[first]) : Int(bytes[first]) << 8 | Int(bytes[first + 1])
      return scaled[min(value, header.maximum)]
    }
    var samples: [UInt8] = []
    samples.reserveCapacity(header.height * header.width * 3)
    var start = header.offset
    for _ in 0..<header.height * header.width {
      samples.append(sample(colours.red, ofPixelAt: start))
      samples.append(sample(colours.green, ofPixelAt: start))
      samples.append(sample(colours.blue, ofPixelAt: start))
      start += header.layout.depth * size
    }
    return samples
  }
}
