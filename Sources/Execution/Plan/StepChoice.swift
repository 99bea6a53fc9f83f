import FastViTOperations

/// How a step is cut into tasks, where that is not left to the rules. Every choice gives the same bits.
package struct StepChoice: Sendable, Hashable {
  /// What the workers divide.
  package enum Sharing: String, Sendable, CaseIterable {
    /// Rows of the last feature map; a worker carries its rows through all operations.
    case rows
    /// Output channels, operation by operation.
    case channels
  }

  /// Whether several operations are one step; nil for one operation, and to leave it to the rules.
  package var isFused: Bool?

  /// What the workers divide, for convolutions that are one step; nil to leave it to the rules.
  package var sharing: Sharing?

  /// Rows of the last feature map that are carried at a time, at least two; nil to leave it to the rules.
  package var bandRows: Int?

  /// Tasks per worker, if there is enough to cut; nil to leave it to the rules.
  package var tasksPerWorker: Int?

  /// The most tasks per worker.
  package static let mostTasks = 64

  /// A choice; see its properties. Without arguments all is left to the rules.
  package init(
    isFused: Bool? = nil, sharing: Sharing? = nil, bandRows: Int? = nil,
    tasksPerWorker: Int? = nil
  ) {
    self.isFused = isFused
    self.sharing = sharing
    self.bandRows = bandRows
    self.tasksPerWorker = tasksPerWorker
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
    if let tasksPerWorker, !(1...Self.mostTasks).contains(tasksPerWorker) {
      throw ChoiceError(
        found: "\(tasksPerWorker) tasks per worker", expected: "1 to \(Self.mostTasks)")
    }
  }

  private func checkChain(_ problems: [OperationProblem]) throws(ChoiceError) {
    guard FusionRule.allCases.contains(where: { $0.matches(problems.map { $0.operation }) }) else {
      throw ChoiceError(
        found: "\(problems.count) operations that no rule fuses", expected: "a chain that one does")
    }
    for (before, after) in zip(problems, problems.dropFirst()) where before.output != after.input {
      throw ChoiceError(
        found: "\(after.input) after \(before.output)",
        expected: "operations that read the one before")
    }
    guard isFused == true || (sharing, bandRows, tasksPerWorker) == (nil, nil, nil) else {
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
    let division = problem.operation.division
    let isShared = division == .rowsOrChannels
    let isCut = division != .fixed
    guard isShared || sharing == nil, isCut || tasksPerWorker == nil else {
      throw ChoiceError(
        found: "a cut that '\(problem)' has no choice of", expected: "one of its own")
    }
  }
}
