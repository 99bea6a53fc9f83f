import FastViTCommandLine
import Foundation

/// The comparison of logits with those that timm computes in float64.
struct GoldenCheck {
  /// ‖found − expected‖ / ‖expected‖.
  let relativeDifference: Double

  /// The largest absolute difference of one logit.
  let largestDifference: Double

  /// The largest relative difference that passes. Correct results in single precision stay below a
  /// tenth of it; a folding error exceeds it by far.
  static let tolerance = 1e-5

  init(_ found: [Float], expected: [Float]) {
    precondition(found.count == expected.count)
    let differences = zip(found, expected).map { Double($0) - Double($1) }
    let size = expected.reduce(0) { $0 + Double($1) * Double($1) }
    relativeDifference = (differences.reduce(0) { $0 + $1 * $1 } / size).squareRoot()
    largestDifference = differences.map(\.magnitude).max() ?? 0
  }

  var passes: Bool { relativeDifference <= Self.tolerance }

  /// The result in one line.
  var summary: String {
    String(
      format: "check against timm in float64: relative difference %.2e, largest %.2e: %@",
      relativeDifference, largestDifference,
      passes ? "ok (at most \(Self.tolerance))" : "FAILED (expected at most \(Self.tolerance))")
  }

  var json: JSONValue {
    [
      "relative_difference": .number(relativeDifference),
      "largest_difference": .number(largestDifference),
      "tolerance": .number(Self.tolerance),
      "passes": .bool(passes),
    ]
  }
}

extension EmbeddedImage {
  /// The bytes of the image's file.
  static var bytes: [UInt8] { decoded(base64) }

  /// Compares the logits of T8 with synthetic weights of seed 0.
  static func check(_ logits: [Float]) -> GoldenCheck {
    let bytes = decoded(goldenLogitsBase64)
    let golden = stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
    return GoldenCheck(logits, expected: golden)
  }

  private static func decoded(_ text: String) -> [UInt8] {
    guard let data = Data(base64Encoded: text) else {
      preconditionFailure("the embedded base64 text is broken")
    }
    return [UInt8](data)
  }
}
