/// The fields of one problem's text, and the problem that they denote together.
package struct ProblemFields {
  /// The fields that may be given.
  let names: [String]

  /// Where the fields begin in the text, from 0.
  let start: Int

  /// The values of the fields that were given.
  var values: [String: Int] = [:]

  /// The fields of a convolution.
  static let convolutionNames = [
    "mb", "g", "ic", "ih", "iw", "oc", "oh", "ow", "kh", "kw", "sh", "sw", "ph", "pw",
  ]

  /// - Parameters:
  ///   - word: the operation's, nil for a convolution.
  ///   - start: where the fields begin in the text, from 0.
  init(word: String?, start: Int) {
    // An unknown word may have any field: the word is the mistake.
    let families = OperationFamilies.all.filter { family in
      word.map { family.words.contains($0) || !OperationFamilies.words.contains($0) } ?? false
    }
    names =
      word == nil
      ? Self.convolutionNames : ["mb", "ic", "ih", "iw"] + families.flatMap { $0.wordFields }
    self.start = start
  }

  /// The problem of these fields.
  ///
  /// - Parameters:
  ///   - word: the operation's, nil for a convolution.
  ///   - isInterleaved: whether a convolution reads an interleaved image.
  func problem(
    _ word: String?, epilogue: Epilogue, precision: Precision, isInterleaved: Bool
  ) throws(ProblemError) -> OperationProblem {
    try expect("mb", value("mb", default: 1), 1)
    let height = try required("ih")
    let input = FeatureShape(
      height: height, width: try value("iw", default: height), channels: try required("ic"))
    let operation =
      if let word { try self.operation(word, input) } else {
        try convolution(input, isInterleaved: isInterleaved)
      }
    let problem = OperationProblem(
      operation, on: input, epilogue: epilogue, precision: precision)
    guard operation.allows(epilogue) else {
      throw error("+\(epilogue.rawValue)", "an epilogue that this operation has")
    }
    guard type(of: operation).precisions.contains(precision) else {
      throw error("+\(precision.rawValue)", "a precision that this operation has")
    }
    guard !isInterleaved || operation.mapLayouts.input == .interleaved else {
      throw error("+nhwc", "a dense convolution before it")
    }
    let isPadded = operation.mapLayouts.input == .channelsLast
    let largest = max(
      isPadded ? ActivationLayout(input).elements : input.elements,
      ActivationLayout(problem.output).elements, problem.parameters)
    guard largest <= ProblemGrammar.mostElements else {
      throw error("a map or weights of \(largest) values", "at most \(ProblemGrammar.mostElements)")
    }
    return problem
  }

  private func operation(
    _ word: String, _ input: FeatureShape
  ) throws(ProblemError) -> any Operation {
    for family in OperationFamilies.all where family.words.contains(word) {
      if let operation = try family.parse(word: word, self, on: input) { return operation }
    }
    throw error(
      ProblemError.quoted(word + ":"),
      "one of " + OperationFamilies.words.map { $0 + ":" }.joined(separator: ", "))
  }

  private func convolution(
    _ input: FeatureShape, isInterleaved: Bool
  ) throws(ProblemError) -> any Operation {
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
    let fields = ConvolutionFields(
      geometry: geometry, groups: groups, outputChannels: outputChannels,
      isInterleaved: isInterleaved, fields: self)
    for family in OperationFamilies.all {
      if let operation = try family.parse(fields, on: input) { return operation }
    }
    throw error("g\(groups)ic\(input.channels)", "g to be 1 or ic")
  }

  /// The value of a field that must be there.
  func required(
    _ name: String, atMost most: Int = ProblemGrammar.largestNumber
  ) throws(ProblemError) -> Int {
    guard values[name] != nil else { throw error("no '\(name)'", "it") }
    return try value(name, default: 0, atMost: most)
  }

  /// The value of a field, from 1 to `most`.
  func value(
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

  /// An error at the fields.
  func error(_ found: String, _ expected: String) -> ProblemError {
    ProblemError(line: nil, column: start + 1, found: found, expected: expected)
  }
}

/// What the fields of a convolution denote together, whichever family the convolution belongs to.
package struct ConvolutionFields {
  /// The window and its stride.
  package let geometry: ConvolutionGeometry
  /// Groups of channels: 1, or as many as input channels.
  package let groups: Int
  /// Channels of the result.
  package let outputChannels: Int

  /// Whether the convolution reads an interleaved image.
  package let isInterleaved: Bool
  private let fields: ProblemFields

  fileprivate init(
    geometry: ConvolutionGeometry, groups: Int, outputChannels: Int, isInterleaved: Bool,
    fields: ProblemFields
  ) {
    self.geometry = geometry
    self.groups = groups
    self.outputChannels = outputChannels
    self.isInterleaved = isInterleaved
    self.fields = fields
  }

  /// An error at the fields.
  func error(_ found: String, _ expected: String) -> ProblemError {
    fields.error(found, expected)
  }
}

// MARK: - Printing

extension ConvolutionGeometry {
  /// The notation of a convolution on `input` with `groups` groups and `outputChannels` output channels.
  func notation(on input: FeatureShape, groups: Int, outputChannels: Int) -> String {
    let output = outputShape(input, channels: outputChannels)
    let stride = stride > 1 ? "sh\(stride)" : ""
    let padding = padding > 0 ? "ph\(padding)" : ""
    return (groups > 1 ? "g\(groups)" : "") + input.notation + "oc\(outputChannels)"
      + FeatureShape.notation("oh", "ow", output) + "kh\(kernel)" + stride + padding
  }

  /// Kernel and stride, such as `7×7 s2`.
  package var summary: String { "\(side) s\(stride)" }

  /// The kernel, such as `7×7`.
  package var side: String { "\(kernel)×\(kernel)" }
}

extension FeatureShape {
  /// The fields of an input of this shape, such as `ic48ih64`.
  var notation: String { "ic\(channels)" + Self.notation("ih", "iw", self) }

  /// The fields of height and width; the width's only where it differs from the height.
  fileprivate static func notation(
    _ height: String, _ width: String, _ shape: FeatureShape
  ) -> String {
    "\(height)\(shape.height)" + (shape.width == shape.height ? "" : "\(width)\(shape.width)")
  }
}
