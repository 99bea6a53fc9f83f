extension PickleMachine {
  /// Performs `opcode` if it makes or fills a container; returns whether it does.
  mutating func performContainer(_ opcode: PickleOpcode) throws(FileError) -> Bool {
    switch opcode {
    case .emptyTuple: push(.tuple([]))
    case .tuple: push(.tuple(try popGroup()))
    case .tuple1: push(.tuple(try pop(1)))
    case .tuple2: push(.tuple(try pop(2)))
    case .tuple3: push(.tuple(try pop(3)))
    case .emptyList: push(.list([]))
    case .list: push(.list(try popGroup()))
    case .append: try append(pop(1))
    case .appends: try append(popGroup())
    case .emptyDictionary: push(.dictionary([]))
    case .dictionary:
      let items = try popGroup()
      push(.dictionary([]))
      try setItems(items)
    case .setItem: try setItems(pop(2))
    case .setItems: try setItems(popGroup())
    case .emptySet: push(.other("a set"))
    case .addItems:
      _ = try popGroup()
      guard case .other = graph[try top()] else {
        throw malformed(graph.kind(of: try top()), expected: "a set")
      }
    case .frozenSet:
      _ = try popGroup()
      push(.other("a set"))
    default: return false
    }
    return true
  }

  private mutating func append(_ items: [PickleValue.Reference]) throws(FileError) {
    let target = try top()
    switch graph[target] {
    case .list(var list):
      // The graph must not hold a second reference to the list, or each append would copy the list.
      graph[target] = .none
      list += items
      graph[target] = .list(list)
    case .object: break
    default: throw malformed(graph.kind(of: target), expected: "a list")
    }
  }

  private mutating func setItems(_ items: [PickleValue.Reference]) throws(FileError) {
    let target = try top()
    guard items.count.isMultiple(of: 2) else {
      throw malformed("a key without a value", expected: "pairs")
    }
    switch graph[target] {
    case .dictionary(var pairs):
      graph[target] = .none
      for index in stride(from: 0, to: items.count, by: 2) {
        pairs.append((items[index], items[index + 1]))
      }
      graph[target] = .dictionary(pairs)
    case .object: break
    default: throw malformed(graph.kind(of: target), expected: "a dictionary")
    }
  }
}
