/// The dictionary of tensors in a PyTorch checkpoint, and the keys that lead to it.
struct TensorDictionary {
  /// The tensors by name, in the order of the file.
  private(set) var tensors: [(name: String, value: PickleValue.Reference)] = []
  /// The keys from the top level to the dictionary.
  private(set) var container: [String] = []
  /// What was ignored, one line each.
  private(set) var notes: [String] = []

  /// The keys under which training scripts store the weights, most frequent first.
  private static let usualKeys = [
    "state_dict", "model", "model_state_dict", "state_dict_ema", "model_ema", "ema_state_dict",
    "ema", "network", "net", "module", "weights", "params", "params_ema",
  ]
  private static let depthLimit = 8
  private static let namesInNote = 8

  private typealias Pairs = [(key: PickleValue.Reference, value: PickleValue.Reference)]

  private let graph: PickleGraph
  private let file: String
  /// Whether a dictionary holds a tensor, for each dictionary already searched.
  private var holdsTensors: [PickleValue.Reference: Bool] = [:]

  /// Finds the tensors below `root`: at the top level, otherwise under one of the usual keys, otherwise
  /// in the only dictionary that holds tensors.
  init(
    in graph: PickleGraph,
    root: PickleValue.Reference,
    file: String
  ) throws(FileError) {
    self.graph = graph
    self.file = file
    var current = root
    while !holdsTensor(current) {
      guard case .dictionary(let pairs) = graph[current] else {
        throw missing(found: graph.kind(of: current))
      }
      let entries = try named(pairs)
      guard container.count < Self.depthLimit, let (key, value) = innerDictionary(entries) else {
        throw missing(
          found: "a dictionary without tensors" + Self.list(entries.map(\.name), after: " but with")
        )
      }
      note("ignored beside '\(Self.short(key))':", entries.map(\.name).filter { $0 != key })
      container.append(key)
      current = value
    }
    try collect(current)
  }

  /// The entry whose dictionary to search for tensors next; `nil` if none is the obvious choice.
  private mutating func innerDictionary(
    _ entries: [(name: String, value: PickleValue.Reference)]
  ) -> (String, PickleValue.Reference)? {
    let dictionaries = entries.filter { entry in
      if case .dictionary = graph[entry.value] { true } else { false }
    }
    let full = dictionaries.filter { holdsTensor($0.value) }
    for candidates in [full, dictionaries] {
      for key in Self.usualKeys {
        if let entry = candidates.first(where: { $0.name == key }) { return entry }
      }
    }
    return full.count == 1 ? full.first : nil
  }

  private mutating func holdsTensor(_ reference: PickleValue.Reference) -> Bool {
    guard case .dictionary(let pairs) = graph[reference] else { return false }
    if let known = holdsTensors[reference] { return known }
    let answer = pairs.contains { pair in
      if case .tensor = graph[pair.value] { true } else { false }
    }
    holdsTensors[reference] = answer
    return answer
  }

  /// The pairs whose key is a string; throws if a key occurs twice.
  private func named(
    _ pairs: Pairs
  ) throws(FileError) -> [(name: String, value: PickleValue.Reference)] {
    var names: Set<String> = []
    var entries: [(name: String, value: PickleValue.Reference)] = []
    for pair in pairs {
      guard case .string(let name) = graph[pair.key] else { continue }
      guard names.insert(name).inserted else {
        throw FileError(
          .malformed,
          file: file,
          tensor: name,
          found: "the name twice in one dictionary",
          expected: "each name once"
        )
      }
      entries.append((name, pair.value))
    }
    return entries
  }

  private mutating func collect(_ reference: PickleValue.Reference) throws(FileError) {
    guard case .dictionary(let pairs) = graph[reference] else { return }
    let entries = try named(pairs)
    var others: [String] = []
    for entry in entries {
      switch graph[entry.value] {
      case .tensor:
        tensors.append(entry)
      case .object(let callable) where graph.global(callable)?.isTensorFunction == true:
        throw FileError(
          .unsupported,
          file: file,
          tensor: entry.name,
          found: graph.kind(of: entry.value),
          expected: "a dense tensor"
        )
      default:
        others.append(entry.name)
      }
    }
    guard entries.count == pairs.count else {
      throw FileError(
        .malformed,
        file: file,
        found: "\(pairs.count - entries.count) names that are not text, or too long",
        expected: "strings of at most \(Checkpoint.nameLimit) bytes as names"
      )
    }
    guard tensors.count <= Checkpoint.tensorLimit else {
      throw FileError(
        .malformed,
        file: file,
        found: "\(tensors.count) tensors",
        expected: "at most \(Checkpoint.tensorLimit)"
      )
    }
    note("ignored, not tensors:", others)
    note("never called, kept as inert values:", graph.uncalled.map(\.qualifiedName))
  }

  private mutating func note(_ words: String, _ names: [String]) {
    if !names.isEmpty { notes.append(words + Self.list(names, after: "")) }
  }

  private func missing(found: String) -> FileError {
    FileError(
      .unsupported,
      file: file,
      found: found,
      expected: "a dictionary of tensors, at the top or under a key such as 'state_dict'"
    )
  }

  /// `words` and the first of `names` in quotes, safe to print; empty if there are no names.
  private static func list(_ names: [String], after words: String) -> String {
    guard !names.isEmpty else { return "" }
    let some = names.prefix(namesInNote).map { "'\(short($0))'" }.joined(separator: ", ")
    let rest = names.count - namesInNote
    return "\(words) \(some)" + (rest > 0 ? ", and \(rest) more" : "")
  }

  private static func short(_ name: String) -> String {
    FileError.printable(name, limit: 60)
  }
}

extension PickleGlobal {
  /// Whether this function makes a tensor, dense or not.
  fileprivate var isTensorFunction: Bool {
    module.hasPrefix("torch") && name.hasPrefix("_rebuild_")
  }
}
