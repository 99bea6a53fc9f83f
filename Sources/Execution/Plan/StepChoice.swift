import KernelContract

/// How a step is cut, where that is not left to the rules. Every choice gives the same bits.
package struct StepChoice: Sendable, Hashable {
  /// What the workers divide.
  package enum Sharing: String, Sendable, CaseIterable {
    /// Rows of the last map, carried through all operations by one worker.
    case rows
    /// Output channels, operation by operation.
    case channels
  }

  /// Whether several operations are one step; nil for one operation, and to leave it to the rules.
  package var isFused: Bool?

  /// What is shared, of convolutions that are one step; nil to leave it to the rules.
  package var sharing: Sharing?

  /// Rows of the last map that are carried at a time, at least two; nil to leave it to the rules.
  package var bandRows: Int?

  /// Tiles for each worker, if there is enough to cut; nil to leave it to the rules.
  package var tilesPerWorker: Int?

  /// The most tiles a worker may have.
  package static let mostTiles = 64

  /// A choice; nothing given leaves all to the rules.
  package init(
    isFused: Bool? = nil, sharing: Sharing? = nil, bandRows: Int? = nil,
    tilesPerWorker: Int? = nil
  ) {
    self.isFused = isFused
    self.sharing = sharing
    self.bandRows = bandRows
    self.tilesPerWorker = tilesPerWorker
  }

  /// Throws unless the operations of `problems`, each reading the one before, can be run this way.
  func check(for problems: [OperationProblem]) throws(ChoiceError) {
    guard let last = problems.last else {
      throw ChoiceError(found: "no operation", expected: "one or more")
    }
    if problems.count > 1 {
      try checkChain(problems)
    } else {
      try checkSingle(last)
    }
    if let bandRows {
      let rows = last.output.height
      guard BandStep.smallestBand <= bandRows, bandRows <= max(rows, BandStep.smallestBand) else {
        throw ChoiceError(
          found: "bands of \(bandRows) rows",
          expected: "\(BandStep.smallestBand) or more of the map's \(rows)")
      }
    }
    if let tilesPerWorker, !(1...Self.mostTiles).contains(tilesPerWorker) {
      throw ChoiceError(
        found: "\(tilesPerWorker) tiles a worker", expected: "1 to \(Self.mostTiles)")
    }
  }

  private func checkChain(_ problems: [OperationProblem]) throws(ChoiceError) {
    guard FusionRule.allCases.contains(where: { $0.matches(problems.map(\.operation)) }) else {
      throw ChoiceError(
        found: "\(problems.count) operations that no rule fuses", expected: "a chain that one does")
    }
    for (before, after) in zip(problems, problems.dropFirst()) where before.output != after.input {
      throw ChoiceError(
        found: "\(after.input) behind \(before.output)",
        expected: "operations that read the one before")
    }
    guard isFused == true || (sharing, bandRows, tilesPerWorker) == (nil, nil, nil) else {
      throw ChoiceError(
        found: "a cut of operations that are not fused", expected: "it of fused ones only")
    }
    guard sharing == .rows || bandRows == nil else {
      throw ChoiceError(found: "bands without rows that are shared", expected: "both or none")
    }
  }

  private func checkSingle(_ problem: OperationProblem) throws(ChoiceError) {
    guard isFused == nil, bandRows == nil else {
      throw ChoiceError(
        found: "fusion or bands of one operation", expected: "them of several only")
    }
    let isCut: Bool
    let isShared: Bool
    switch problem.operation {
    case .depthwise: (isCut, isShared) = (true, true)
    case .convolution, .pointwise: (isCut, isShared) = (true, false)
    default: (isCut, isShared) = (false, false)
    }
    guard isShared || sharing == nil, isCut || tilesPerWorker == nil else {
      throw ChoiceError(
        found: "a cut that '\(problem)' has no choice of", expected: "one of its own")
    }
  }
}
