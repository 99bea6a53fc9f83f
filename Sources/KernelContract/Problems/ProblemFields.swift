/// The fields of one problem's text, and what they mean together.
struct ProblemFields {
  /// The fields that may be given.
  let names: [String]

  /// Where they begin in the text, from 0.
  let start: Int

  /// What was given.
  var values: [String: Int] = [:]

  init(isConvolution: Bool, start: Int) {
    names =
      isConvolution
      ? ["mb", "g", "ic", "ih", "iw", "oc", "oh", "ow", "kh", "kw", "sh", "sw", "ph", "pw"]
      : ["mb", "ic", "ih", "iw", "hd"]
    self.start = start
  }

  /// The problem of these fields.
  ///
  /// - Parameter word: the operation's, nil for a convolution.
  func problem(
    _ word: String?, epilogue: Epilogue, layout: OperationProblem.PictureLayout
  ) throws(ProblemError) -> OperationProblem {
    try expect("mb", value("mb", default: 1), 1)
    let height = try required("ih")
    let input = FeatureShape(
      height: height, width: try value("iw", default: height), channels: try required("ic"))
    let operation =
      if let word { try self.operation(word, input) } else {
        try convolution(input, layout)
      }
    let problem = OperationProblem(operation, on: input, epilogue: epilogue)
    guard OperationProblem.allows(epilogue, after: operation) else {
      throw error("+\(epilogue.rawValue)", "an epilogue that this operation has")
    }
    guard layout == .nchw || operation.readsPicture else {
      throw error("+nhwc", "a dense convolution in front of it")
    }
    let largest = max(
      operation.readsPicture ? input.elements : ActivationLayout(input).elements,
      ActivationLayout(problem.output).elements, problem.parameters)
    guard largest <= ProblemGrammar.mostElements else {
      throw error("a map or weights of \(largest) values", "at most \(ProblemGrammar.mostElements)")
    }
    return problem
  }

  private func operation(
    _ word: String, _ input: FeatureShape
  ) throws(ProblemError) -> OperationProblem.Operation {
    if word == ProblemGrammar.attention {
      let headDimension = try required("hd")
      guard input.channels % (3 * headDimension) == 0 else {
        throw error("ic\(input.channels)hd\(headDimension)", "ic to be a multiple of 3 · hd")
      }
      return .attention(headDimension: headDimension)
    }
    guard let entry = ProblemGrammar.words.first(where: { $0.word == word }) else {
      let words = [ProblemGrammar.attention] + ProblemGrammar.words.map(\.word)
      throw error(
        ProblemError.quoted(word + ":"),
        "one of " + words.map { $0 + ":" }.joined(separator: ", "))
    }
    guard values["hd"] == nil else { throw error("'hd'", "it with attention only") }
    return entry.operation
  }

  private func convolution(
    _ input: FeatureShape, _ layout: OperationProblem.PictureLayout
  ) throws(ProblemError) -> OperationProblem.Operation {
    let outputChannels = try required("oc")
    let kernel = try required("kh", atMost: ProblemGrammar.largestWindow)
    let stride = try value("sh", default: 1, atMost: ProblemGrammar.largestWindow)
    guard kernel % 2 == 1 else { throw error("kh\(kernel)", "an odd kernel") }
    let geometry = ConvolutionGeometry(kernel: kernel, stride: stride)
    try expect("kw", value("kw", default: kernel), kernel)
    try expect("sw", value("sw", default: stride), stride)
    let padding = values["ph"] ?? 0
    try expect("ph", padding, geometry.padding)
    try expect("pw", values["pw"] ?? padding, geometry.padding)
    let height = geometry.outputExtent(input.height)
    try expect("oh", value("oh", default: height), height)
    let width = geometry.outputExtent(input.width)
    try expect("ow", value("ow", default: values["oh"] ?? width), width)

    let groups = try value("g", default: 1)
    if groups == 1, geometry == .pointwise { return .pointwise(outputChannels: outputChannels) }
    if groups == input.channels {
      guard outputChannels % groups == 0 else {
        throw error("g\(groups)oc\(outputChannels)", "oc to be a multiple of g")
      }
      return .depthwise(geometry, multiplier: outputChannels / groups)
    }
    guard groups == 1 else { throw error("g\(groups)ic\(input.channels)", "g to be 1 or ic") }
    return .convolution(geometry, outputChannels: outputChannels, layout: layout)
  }

  private func required(
    _ name: String, atMost most: Int = ProblemGrammar.largestNumber
  ) throws(ProblemError) -> Int {
    guard values[name] != nil else { throw error("no '\(name)'", "it") }
    return try value(name, default: 0, atMost: most)
  }

  private func value(
    _ name: String, default value: Int, atMost most: Int = ProblemGrammar.largestNumber
  ) throws(ProblemError) -> Int {
    let value = values[name] ?? value
    guard (1...most).contains(value) else {
      throw error("\(name)\(value)", "\(name) from 1 to \(most)")
    }
    return value
  }

  private func expect(_ name: String, _ found: Int, _ expected: Int) throws(ProblemError) {
    guard found == expected else { throw error("\(name)\(found)", "\(name)\(expected)") }
  }

  private func error(_ found: String, _ expected: String) -> ProblemError {
    ProblemError(line: nil, column: start + 1, found: found, expected: expected)
  }
}

extension OperationProblem.Operation {
  /// Whether it reads a caller's picture, in one of several layouts.
  fileprivate var readsPicture: Bool {
    if case .convolution = self { true } else { false }
  }
}
