extension PickleMachine {
  /// Performs `opcode`, which must be about a class, a call or an object; the result is an inert value.
  mutating func performObject(_ opcode: PickleOpcode) throws(FileError) {
    switch opcode {
    case .global: try pushGlobal()
    case .stackGlobal:
      let names = try pop(2)
      guard case .string(let module) = graph[names[0]], case .string(let name) = graph[names[1]]
      else { throw malformed("a class without a name", expected: "two strings") }
      try push(PickleGlobal(module: module, name: name))
    case .reduce, .newObject:
      let call = try pop(2)
      push(try result(of: call[0], arguments: call[1]))
    case .newObjectWithKeywords:
      let call = try pop(3)
      push(.object(of: call[0]))
    case .build:
      // Sets the attributes of an object. Those of a state dictionary are its `_metadata`, which is not
      // used.
      _ = try pop()
      _ = try top()
    case .persistentIdentifier:
      push(.persistent(identifier: try pop()))
    default:
      preconditionFailure("an instruction that no part of the machine performs")
    }
  }

  private mutating func pushGlobal() throws(FileError) {
    guard let moduleLine = cursor.line(), let nameLine = cursor.line() else { throw truncated }
    guard let module = String(validating: moduleLine, as: UTF8.self),
      let name = String(validating: nameLine, as: UTF8.self)
    else { throw malformed("a class whose name is not UTF-8", expected: "UTF-8") }
    try push(PickleGlobal(module: module, name: name))
  }

  /// Pushes `global`; throws if its module and name together exceed the limit for a name.
  private mutating func push(_ global: PickleGlobal) throws(FileError) {
    let size = global.module.utf8.count + global.name.utf8.count
    guard size <= Checkpoint.nameLimit else {
      throw malformed(
        "a class name of \(size) bytes",
        expected: "at most \(Checkpoint.nameLimit)"
      )
    }
    push(graph.add(global))
  }

  /// The value that represents the result of a call. Functions of PyTorch and Python listed here are
  /// imitated; no function is called.
  private mutating func result(
    of callable: PickleValue.Reference,
    arguments: PickleValue.Reference
  ) throws(FileError) -> PickleValue.Reference {
    guard let function = graph.global(callable), case .tuple(let values) = graph[arguments] else {
      return graph.add(.object(of: callable))
    }
    switch (function.module, function.name, values.count) {
    case ("torch._utils", "_rebuild_tensor", 4...), ("torch._utils", "_rebuild_tensor_v2", 4...):
      return graph.add(.tensor(function: .typedStorage, arguments: arguments))
    case ("torch._utils", "_rebuild_tensor_v3", 7...):
      return graph.add(.tensor(function: .untypedStorage, arguments: arguments))
    case ("torch._utils", "_rebuild_parameter", 1...),
      ("torch._utils", "_rebuild_parameter_with_state", 1...):
      return values[0]
    case ("torch._tensor", "_rebuild_from_type_v2", 3...):
      return try tensorWithAttributes(function: values[0], arguments: values[2])
    case ("torch", "Size", 1):
      return values[0]
    case ("collections", "OrderedDict", 0), ("collections", "defaultdict", 0...1):
      return graph.add(.dictionary([]))
    case ("collections", "OrderedDict", 1):
      return try dictionary(of: values[0])
    default:
      return try uncalled(function, at: callable)
    }
  }

  /// The inert value that represents the result of calling `function`, which is not imitated. Throws if
  /// `function` runs commands.
  private mutating func uncalled(
    _ function: PickleGlobal,
    at callable: PickleValue.Reference
  ) throws(FileError) -> PickleValue.Reference {
    guard !function.isCommand else {
      throw malformed("a call of \(function.qualifiedName)", expected: "data, not commands")
    }
    graph.noteUncalled(function)
    return graph.add(.object(of: callable))
  }

  /// The tensor of a call that wraps the call that makes it, as PyTorch writes a tensor with Python
  /// attributes.
  private mutating func tensorWithAttributes(
    function: PickleValue.Reference,
    arguments: PickleValue.Reference
  ) throws(FileError) -> PickleValue.Reference {
    guard let inner = graph.global(function), case .tuple(let values) = graph[arguments] else {
      return graph.add(.object(of: function))
    }
    switch (inner.module, inner.name, values.count) {
    case ("torch._utils", "_rebuild_tensor_v2", 4...):
      return graph.add(.tensor(function: .typedStorage, arguments: arguments))
    case ("torch._utils", "_rebuild_tensor_v3", 7...):
      return graph.add(.tensor(function: .untypedStorage, arguments: arguments))
    default:
      return try uncalled(inner, at: function)
    }
  }

  /// Makes a dictionary from a list of pairs, as Python 2 wrote an `OrderedDict`.
  private mutating func dictionary(
    of list: PickleValue.Reference
  ) throws(FileError) -> PickleValue.Reference {
    guard case .list(let items) = graph[list] else {
      throw malformed(graph.kind(of: list), expected: "a list of pairs")
    }
    try charge(items.count)
    var pairs: [(key: PickleValue.Reference, value: PickleValue.Reference)] = []
    for item in items {
      switch graph[item] {
      case .tuple(let pair) where pair.count == 2, .list(let pair) where pair.count == 2:
        pairs.append((pair[0], pair[1]))
      default:
        throw malformed(graph.kind(of: item), expected: "a pair")
      }
    }
    return graph.add(.dictionary(pairs))
  }
}
