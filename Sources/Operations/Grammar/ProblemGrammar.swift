/// The notation of problems: benchdnn's convolution descriptors, extended.
///
///     problem   = [operation ":"] field… [name] ["+" suffix]… ["*" count]
///     field     = letters digits
///     name      = n"text"
///
/// Everything up to the first suffix of a line without an operation is what benchdnn reads:
/// `g48ic48ih64oc48oh64kh7ph3n"stages.0.blocks.*.mlp.conv"`. Fields may come in any order:
///
/// | field | meaning | where it is left out |
/// |---|---|---|
/// | `mb` | images; must be 1 | 1 (benchdnn says 2) |
/// | `g` | groups: 1, or `ic` for a depthwise convolution | 1 |
/// | `ic`, `ih`, `iw` | input channels, height, width | `iw`: as `ih` |
/// | `oc`, `oh`, `ow` | output channels, height, width | `ow`: as `oh`; `oh`: what follows |
/// | `kh`, `kw` | kernel height and width; odd, equal | `kw`: as `kh` |
/// | `sh`, `sw` | stride; equal | 1, and as `sh` |
/// | `ph`, `pw` | padding; half the kernel | 0, and as `ph` |
///
/// The channel multiplier of a depthwise convolution is `oc / g`.
///
/// An operation that is no convolution is called by a word of its family, such as `pool:`, and takes
/// `ic`, `ih` and `iw`, and what the family adds; see each `Operation`'s `words` and `wordFields`.
///
/// | suffix | meaning |
/// |---|---|
/// | `+gelu`, `+relu`, `+sigmoid` | an activation function of the result |
/// | `+residual` | the value at the same place of another feature map is added to the result (pointwise only) |
/// | `+bf16`, `+s8` | the precision of the products, single precision without one |
/// | `+nhwc` | a dense convolution reads an interleaved image instead of a planar one |
/// | `*12` | the network has this problem twelve times |
///
/// In a file, every line is a problem; empty lines and lines that start with `#` are skipped.
package enum ProblemGrammar {
  /// The largest extent, channel count or count.
  static let largestNumber = 1 << 20

  /// The largest kernel and stride.
  static let largestWindow = 63

  /// The most values that a feature map, with its surplus lanes, or the weights may have: 1 GiB in single
  /// precision.
  static let mostElements = 1 << 28

  /// The suffix of a convolution that reads an interleaved image.
  static let interleaved = "nhwc"
}

/// A text that is no problem.
package struct ProblemError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line in a file, from 1; nil where the text was a single problem.
  package let line: Int?

  /// The character of the line, from 1.
  package let column: Int
  /// What the text has there.
  package let found: String
  /// What a problem would have there.
  package let expected: String

  /// Where, what was found, what was expected; without the file.
  package var description: String {
    let place = (line.map { "line \($0), " } ?? "") + "column \(column)"
    return "\(place): found \(found), expected \(expected)"
  }

  /// The same error on line `line` of a file.
  func onLine(_ line: Int) -> ProblemError {
    ProblemError(line: line, column: column, found: found, expected: expected)
  }
}
