/// The candidates of one decision.
package struct CandidateList: Sendable, Hashable {
  /// What the decision is about.
  package let subject: TuningEntry.Subject

  /// The candidates: at least one, each once.
  package fileprivate(set) var choices: [TuningChoice]

  /// A list; see its properties.
  package init(_ subject: TuningEntry.Subject, _ choices: [TuningChoice]) {
    self.subject = subject
    self.choices = choices
  }
}

/// What was measured for a decision that is not made yet.
package struct Measurements: Sendable, Hashable {
  /// The candidates.
  package private(set) var list: CandidateList

  /// Nanoseconds per candidate, in the order of the measuring.
  package private(set) var samples: [[Double]]

  /// The place of each candidate in the list.
  private var places: [TuningChoice: Int]

  /// No samples yet, for the candidates of `list`.
  package init(_ list: CandidateList) {
    self.list = list
    samples = list.choices.map { _ in [] }
    places = Dictionary(uniqueKeysWithValues: list.choices.enumerated().map { ($1, $0) })
  }

  /// Adds those of `choices` that are no candidates yet, and returns the places of all `choices`.
  package mutating func include(_ choices: [TuningChoice]) -> [Int] {
    choices.map { choice in
      if let place = places[choice] { return place }
      places[choice] = samples.count
      list.choices.append(choice)
      samples.append([])
      return samples.count - 1
    }
  }

  /// Adds a sample of the candidate at `place`.
  package mutating func record(_ place: Int, nanoseconds: Double) {
    samples[place].append(nanoseconds)
  }

  /// The number of samples of all candidates together.
  package var count: Int { samples.reduce(0) { $0 + $1.count } }
}
