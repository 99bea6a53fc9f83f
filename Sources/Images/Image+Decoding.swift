extension Image {
  /// Decodes a PPM (P6) or PAM (P7) image of red, green and blue or of gray, with or without alpha.
  ///
  /// - If the maximum is not 255, samples become `sample / maximum * 255`, computed in `Double` and
  ///   rounded half to even; samples above the maximum count as the maximum. Pillow does the same.
  /// - Alpha is dropped; it is neither multiplied with the colours nor used to blend a background. Gray
  ///   becomes red, green and blue.
  /// - If a file holds several images, the first is read, and bytes after it are ignored.
  ///
  /// Memory for samples is allocated only if the file has enough bytes for them.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `ImageError` if the bytes are no such image.
  package init(bytes: [UInt8], named file: String) throws(ImageError) {
    try self.init(ImageHeader(bytes, named: file), bytes: bytes, named: file)
  }

  /// Decodes the samples that follow a header.
  init(_ header: ImageHeader, bytes: [UInt8], named file: String) throws(ImageError) {
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

  /// The samples, converted to 8-bit red, green and blue.
  private static func converted(_ bytes: [UInt8], _ header: ImageHeader) -> [UInt8] {
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
