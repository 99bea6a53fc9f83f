/// What a decision is made among.
package struct CandidateList: Sendable, Hashable {
  package let subject: TuningEntry.Subject

  /// At least one, each once.
  package let choices: [TuningChoice]

  /// A list; see its properties.
  package init(_ subject: TuningEntry.Subject, _ choices: [TuningChoice]) {
    self.subject = subject
    self.choices = choices
  }
}

/// What was measured for a decision that is not made yet.
package struct Measurements: Sendable, Hashable {
  package private(set) var list: CandidateList

  /// Nanoseconds of each candidate, in the order of the measuring.
  package private(set) var samples: [[Double]]

  /// Nothing yet, of the candidates of `list`.
  package init(_ list: CandidateList) {
    self.list = list
    samples = list.choices.map { _ in [] }
  }

  /// Adds the candidates that are not known yet; returns the places of all `choices`.
  package mutating func include(_ choices: [TuningChoice]) -> [Int] {
    var places = Dictionary(uniqueKeysWithValues: list.choices.enumerated().map { ($1, $0) })
    var all = list.choices
    let found = choices.map { choice in
      if let place = places[choice] { return place }
      places[choice] = all.count
      all.append(choice)
      return all.count - 1
    }
    list = CandidateList(list.subject, all)
    samples += [[Double]](repeating: [], count: all.count - samples.count)
    return found
  }

  /// Takes a measurement of the candidate at `place`.
  package mutating func record(_ place: Int, nanoseconds: Double) {
    samples[place].append(nanoseconds)
  }

  /// Measurements of all candidates together.
  package var count: Int { samples.reduce(0) { $0 + $1.count } }
}
