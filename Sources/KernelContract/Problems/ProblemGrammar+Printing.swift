extension OperationProblem: CustomStringConvertible {
  /// The problem in its notation, which `NamedProblem(parsing:)` reads back.
  package var description: String { fields + suffixes }

  /// All up to the name.
  fileprivate var fields: String {
    switch operation {
    case .pointwise(let channels):
      convolution(.pointwise, groups: 1, channels)
    case .depthwise(let geometry, let multiplier):
      convolution(geometry, groups: input.channels, input.channels * multiplier)
    case .convolution(let geometry, let channels, _):
      convolution(geometry, groups: 1, channels)
    case .attention(let headDimension):
      "\(ProblemGrammar.attention):\(map)hd\(headDimension)"
    default:
      "\(word):\(map)"
    }
  }

  private var word: String {
    guard let entry = ProblemGrammar.words.first(where: { $0.operation == operation }) else {
      preconditionFailure("an operation has no word")
    }
    return entry.word
  }

  private var map: String { "ic\(input.channels)" + Self.pair("ih", "iw", input) }

  private func convolution(
    _ geometry: ConvolutionGeometry, groups: Int, _ channels: Int
  ) -> String {
    let stride = geometry.stride > 1 ? "sh\(geometry.stride)" : ""
    let padding = geometry.padding > 0 ? "ph\(geometry.padding)" : ""
    return (groups > 1 ? "g\(groups)" : "") + map + "oc\(channels)"
      + Self.pair("oh", "ow", output) + "kh\(geometry.kernel)" + stride + padding
  }

  /// The width only where it is not the height.
  private static func pair(_ height: String, _ width: String, _ shape: FeatureShape) -> String {
    "\(height)\(shape.height)" + (shape.width == shape.height ? "" : "\(width)\(shape.width)")
  }

  fileprivate var suffixes: String {
    var text = epilogue == .bias ? "" : "+\(epilogue.rawValue)"
    if case .convolution(_, _, .nhwc) = operation { text += "+nhwc" }
    return text
  }
}

extension NamedProblem: CustomStringConvertible {
  /// The problem in its notation, with name and count.
  package var description: String {
    problem.fields + (name.isEmpty ? "" : "n\"\(name)\"") + problem.suffixes
      + (count > 1 ? "*\(count)" : "")
  }
}
