import Foundation
import Testing

@testable import FastViTImages

/// A valid file, which the tests damage.
private let goodPAM = "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\nabc"

/// An invalid file is an error that says what is wrong, whatever its bytes are.
@Suite("Hostile images")
struct HostileDecodingTests {
  /// The error of decoding `bytes`; `nil` if there is none.
  private func error(_ bytes: [UInt8]) -> ImageError? {
    do throws(ImageError) {
      _ = try Image(bytes: bytes, named: "x")
      return nil
    } catch {
      return error
    }
  }

  private func description(_ text: String) -> String? {
    error(Array(text.utf8))?.description
  }

  @Test(
    "Each fault of a PPM has its message",
    arguments: [
      ("", "x: found no bytes, expected PPM (P6) or PAM (P7)"),
      ("hello", "x: found an unknown format, expected PPM (P6) or PAM (P7)"),
      ("P5 1 1 255 a", "x: found a PGM file (P5), expected PPM (P6) or PAM (P7)"),
      ("P61 1 255 abc", "x: found byte 49 at offset 2, expected white space before the width"),
      ("P6 ", "x: found the end of the file, expected digits of the width"),
      ("P6 # 1 1 255", "x: found the end of the file, expected digits of the width"),
      ("P6 -1 1 255 abc", "x: found byte 45 at offset 3, expected digits of the width"),
      ("P6 1", "x: found the end of the file, expected white space before the height"),
      ("P6 1 1x", "x: found byte 120 at offset 6, expected white space before the maximum"),
      ("P6 1 1 255", "x: found the end of the file, expected white space before the samples"),
      ("P6 1 1 255abc", "x: found byte 97 at offset 10, expected white space before the samples"),
      ("P6 1 1 255#abc", "x: found the end of the file, expected white space before the samples"),
      ("P6 0 1 255 abc", "x: found a width of 0, expected at least 1"),
      ("P6 1 0 255 abc", "x: found a height of 0, expected at least 1"),
      ("P6 1 1 0 abc", "x: found a maximum of 0, expected 1 to 65535"),
      ("P6 1 1 65536 abcdef", "x: found a maximum of 65536, expected 1 to 65535"),
      ("P6 65536 1 255 abc", "x: found a width of 65536, expected at most 65535"),
      (
        "P6 65535 65535 65535 abc",
        "x: found 3 bytes of samples, expected 25769017350 for 65535x65535 pixels"
      ),
      ("P6 1 1 255 ab", "x: found 2 bytes of samples, expected 3 for 1x1 pixels"),
      ("P6 1 1 256 abcde", "x: found 5 bytes of samples, expected 6 for 1x1 pixels"),
      (
        "P6 9223372036854775807 9223372036854775807 255 a",
        "x: found a width of 9223372036854775807, expected at most 65535"
      ),
      (
        "P6 9223372036854775808 1 255 a",
        "x: found '9223372036854775808' as the width, expected a number of reasonable size"
      ),
      (
        "P6 1000000000000000000000000000000 1 255 a",
        "x: found '100000000000000000000000'... as the width, "
          + "expected a number of reasonable size"
      ),
    ]
  )
  func ppm(text: String, expected: String) {
    #expect(description(text) == expected)
  }

  @Test(
    "Each fault of a PAM has its message",
    arguments: [
      ("P7", "P", "x: found an unknown format, expected PPM (P6) or PAM (P7)"),
      ("P7\n", "P7 1\n", "x: found more than P7 in the first line, expected P7 alone"),
      ("ENDHDR\nabc", "ENDHDR", "x: found the end of the file, expected the end of a header line"),
      ("WIDTH 1\n", "", "x: found no WIDTH, expected one before ENDHDR"),
      ("HEIGHT 1\n", "", "x: found no HEIGHT, expected one before ENDHDR"),
      ("DEPTH 3\n", "", "x: found no DEPTH, expected one before ENDHDR"),
      ("MAXVAL 255\n", "", "x: found no MAXVAL, expected one before ENDHDR"),
      ("DEPTH 3", "DEPTH 4", "x: found a depth of 4, expected 3 for RGB"),
      (
        "TUPLTYPE RGB\n", "",
        "x: found no TUPLTYPE, expected one of RGB, RGB_ALPHA, GRAYSCALE, GRAYSCALE_ALPHA"
      ),
      (
        "RGB\n", "CMY\u{1B}\n",
        "x: found the tuple type 'CMY?', expected one of RGB, RGB_ALPHA, GRAYSCALE, "
          + "GRAYSCALE_ALPHA"
      ),
      (
        "WIDTH 1", "WIDTH -1",
        "x: found '-1' as WIDTH, expected a number of reasonable size"
      ),
      (
        "WIDTH 1", "WIDTH",
        "x: found 1 words in the line of 'WIDTH', expected a keyword and its value"
      ),
      (
        "WIDTH 1", "WIDTH 1\nWIDTH 1",
        "x: found a second WIDTH, expected WIDTH, HEIGHT, DEPTH, MAXVAL and TUPLTYPE once each"
      ),
      (
        "TUPLTYPE RGB", "TUPLTYPE RGB\nTUPLTYPE RGB",
        "x: found a second TUPLTYPE, expected WIDTH, HEIGHT, DEPTH, MAXVAL and TUPLTYPE once each"
      ),
      (
        "ENDHDR", "ENDHDR 1\nENDHDR",
        "x: found the keyword 'ENDHDR', expected WIDTH, HEIGHT, DEPTH, MAXVAL and TUPLTYPE once each"
      ),
      (
        "WIDTH 1", "COLOR 1",
        "x: found the keyword 'COLOR', expected WIDTH, HEIGHT, DEPTH, MAXVAL and TUPLTYPE once each"
      ),
      ("abc", "ab", "x: found 2 bytes of samples, expected 3 for 1x1 pixels"),
    ]
  )
  func pam(part: String, replacement: String, expected: String) {
    #expect(description(goodPAM.replacingOccurrences(of: part, with: replacement)) == expected)
  }

  @Test("The error for a well-known format names it")
  func strangers() {
    let jpeg = error([0xFF, 0xD8, 0xFF, 0xE0])
    #expect(jpeg?.kind == .unsupported)
    #expect(jpeg?.found == "a JPEG file")
    #expect(error([0x89, 0x50, 0x4E, 0x47])?.found == "a PNG file")
  }

  @Test(
    "A file that ends early is malformed, wherever it ends",
    arguments: ["P6 # c\n 2 1\n255\nabcdef", "P6 2 1 65535 abcdefghijkl", goodPAM]
  )
  func truncation(text: String) {
    let bytes = Array(text.utf8)
    #expect(error(bytes) == nil)
    for count in 0..<bytes.count {
      #expect(error(Array(bytes.prefix(count)))?.kind == .malformed)
    }
  }

  @Test("No change of bytes causes more than an error", arguments: 0..<20)
  func mutation(round: Int) {
    var seed = round * 1000
    for text in ["P6\n12 10\n255\n", "P6 12 10 1000 ", goodPAM] {
      let whole = Array(text.utf8) + SyntheticImage.noise(800, seed: round)
      for _ in 0..<200 {
        seed += 1
        var bytes = whole
        let draws = SyntheticImage.noise(9, seed: seed)
        for first in [0, 3, 6] {
          let value = draws[first + 2]
          bytes[Int(draws[first]) % text.utf8.count] =
            draws[first + 1] < 128 ? value : value % 16 + 0x30
        }
        do throws(ImageError) {
          let image = try Image(bytes: bytes, named: "x")
          #expect(image.samples.count == image.height * image.width * 3)
        } catch {
          #expect(!error.description.contains { $0.isNewline })
        }
      }
    }
  }

  @Test("A missing file, an unreadable file and a device have their kinds of error")
  func files() {
    func kind(_ path: String) -> ImageError.Kind? {
      do throws(ImageError) {
        _ = try Image(contentsOf: path)
        return nil
      } catch {
        return error.kind
      }
    }
    let folder = NSTemporaryDirectory()
    #expect(kind(folder + "/no-such-file-\(UUID().uuidString)") == .missingFile)
    #expect(kind("") == .missingFile)
    #expect(kind("/dev/null/file") == .missingFile)
    #expect(kind(folder) == .unreadable)
    // An endless device is read only as far as a header may reach.
    #expect(kind("/dev/zero") == .malformed)
    #expect(kind("/dev/null") == .malformed)
  }
}
