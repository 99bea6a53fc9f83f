import Foundation
import Testing

@testable import FastViTImages

/// A valid file becomes the image that it holds.
@Suite("Decoding")
struct DecodingTests {
  private func decode(_ header: String, _ samples: [UInt8]) throws -> Image {
    try Image(bytes: Array(header.utf8) + samples, named: "test")
  }

  private func pam(_ type: String, depth: Int, maximum: Int = 255) -> String {
    "P7\nWIDTH 2\nHEIGHT 1\nDEPTH \(depth)\nMAXVAL \(maximum)\nTUPLTYPE \(type)\nENDHDR\n"
  }

  @Test(
    "A PPM header may have white space and comments anywhere between its words",
    arguments: [
      "P6\n2 1\n255\n", "P6 2 1 255 ", "P6\t2\r1\u{B}255\u{C}", "P6\n# c\n2 # 7\n 1\n255\n",
      "P6#c\n2#c\n1#c\n255#c\n", "P6  \n\n  002 1 0255\n", "P6 2 1 255#\r",
    ]
  )
  func spaces(header: String) throws {
    let image = try decode(header, [35, 10, 3, 4, 5, 6])
    #expect(image == Image(height: 1, width: 2, samples: [35, 10, 3, 4, 5, 6]))
  }

  @Test("Bytes after the first image are ignored")
  func several() throws {
    let image = try decode("P6 1 1 255\n", [1, 2, 3] + Array("P6 9 9 9".utf8))
    #expect(image == Image(height: 1, width: 1, samples: [1, 2, 3]))
  }

  @Test("Samples of any maximum become the same bytes as in Pillow", arguments: Goldens.all.maxima)
  func maxima(golden: Goldens.Maximum) throws {
    let count = golden.height * golden.width * 3 * (golden.maximum < 256 ? 1 : 2)
    let samples = SyntheticImage.noise(count, seed: golden.maximum)
    let image = try decode("P6 \(golden.width) \(golden.height) \(golden.maximum)\n", samples)
    #expect(crc32(image.samples) == golden.crc)
  }

  @Test("Each kind of PAM is read; alpha is dropped and gray becomes three colours")
  func pamKinds() throws {
    let expected = Image(height: 1, width: 2, samples: [1, 2, 3, 4, 5, 6])
    #expect(try decode(pam("RGB", depth: 3), [1, 2, 3, 4, 5, 6]) == expected)
    #expect(try decode(pam("RGB_ALPHA", depth: 4), [1, 2, 3, 0, 4, 5, 6, 9]) == expected)
    let gray = Image(height: 1, width: 2, samples: [7, 7, 7, 8, 8, 8])
    #expect(try decode(pam("GRAYSCALE", depth: 1), [7, 8]) == gray)
    #expect(try decode(pam("GRAYSCALE_ALPHA", depth: 2), [7, 0, 8, 9]) == gray)
    #expect(
      try decode(pam("GRAYSCALE_ALPHA", depth: 2, maximum: 65_535), [7, 7, 0, 0, 8, 8, 9, 9])
        == gray
    )
  }

  @Test("The lines of a PAM header may have any order, with comments and empty lines between them")
  func pamOrder() throws {
    let header =
      "P7 \n# c c c\n#c\n\nTUPLTYPE  GRAYSCALE\r\nMAXVAL 255\nDEPTH 1\n#\nHEIGHT 1\n"
      + " WIDTH 1\nENDHDR\n"
    #expect(try decode(header, [9]) == Image(height: 1, width: 1, samples: [9, 9, 9]))
  }

  @Test("A header may have long comments")
  func longHeader() throws {
    let path = NSTemporaryDirectory() + "fastvit-\(UUID().uuidString).ppm"
    defer { unlink(path) }
    let comment = String(repeating: "c", count: 65_000)
    try Data("P6 #\(comment)\n1 1 255 abc".utf8).write(to: URL(filePath: path))
    #expect(try Image(contentsOf: path).samples == Array("abc".utf8))
  }

  @Test("A file is read to the end of its first image")
  func file() throws {
    let path = NSTemporaryDirectory() + "fastvit-\(UUID().uuidString).ppm"
    defer { unlink(path) }
    let image = SyntheticImage.noise.image(height: 700, width: 801, seed: 3)
    let bytes = Array("P6 801 700 255\n".utf8) + image.samples
    try Data(bytes + [1, 2, 3]).write(to: URL(filePath: path))
    #expect(try Image(contentsOf: path) == image)
    try Data(bytes.dropLast()).write(to: URL(filePath: path))
    #expect(
      throws: ImageError(
        kind: .malformed,
        file: path,
        found: "1682099 bytes of samples",
        expected: "1682100 for 801x700 pixels"
      )
    ) {
      try Image(contentsOf: path)
    }
  }
}
