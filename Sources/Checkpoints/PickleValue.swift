/// A value that a pickle builds. Values refer to each other by their place in a `PickleGraph`, so
/// that sharing costs nothing, cycles are harmless, and freeing deep nests never recurses.
enum PickleValue {
  /// A place in a `PickleGraph`.
  typealias Reference = Int

  case none
  case bool(Bool)
  case integer(Int)
  case string(String)
  case tuple([Reference])
  case list([Reference])
  /// The pairs as they were set; the same key may come twice.
  case dictionary([(key: Reference, value: Reference)])
  /// Something in a Python module, by its place in `PickleGraph.globals`.
  case global(Int)
  /// What PyTorch would load for a persistent identifier.
  case persistent(identifier: Reference)
  /// A tensor that PyTorch's `function` would make of the tuple `arguments`.
  case tensor(function: TensorFunction, arguments: Reference)
  /// What Python would make by calling something; nothing was called.
  case object(of: Reference)
  /// A value of a kind that checkpoints do not need, in words.
  case other(StaticString)

  /// The functions of PyTorch that make a tensor of a storage.
  enum TensorFunction {
    /// `(storage, offset, size, stride, ...)`
    case typedStorage
    /// `(storage, offset, size, stride, requires_grad, backward_hooks, dtype, ...)`
    case untypedStorage
  }
}

/// The name of something in a Python module.
struct PickleGlobal: Hashable {
  let module: String
  let name: String

  var qualifiedName: String { "\(module).\(name)" }

  /// Whether a call of it could only be meant to run commands or code when the file is loaded. It
  /// would not be called here; but who finds one should hear of it rather than use the file.
  var isCommand: Bool {
    switch module.split(separator: ".").first {
    case "posix", "nt", "os", "subprocess", "pty", "runpy", "shutil", "socket", "sys", "ctypes":
      true
    case "builtins", "__builtin__":
      ["eval", "exec", "compile", "open", "getattr", "__import__", "breakpoint"].contains(name)
    default: false
    }
  }
}

/// All values of one pickle.
struct PickleGraph {
  private(set) var values: [PickleValue] = []
  private(set) var globals: [PickleGlobal] = []
  /// Some of the globals that the pickle would have called, had it not been read here.
  private(set) var uncalled: [PickleGlobal] = []

  /// The most values, and the most references among them: a few hundred megabytes at worst.
  static let limit = 1 << 22
  private static let uncalledLimit = 8

  subscript(reference: PickleValue.Reference) -> PickleValue {
    get { values[reference] }
    set { values[reference] = newValue }
  }

  /// Adds `value` and returns its place.
  mutating func add(_ value: PickleValue) -> PickleValue.Reference {
    values.append(value)
    return values.count - 1
  }

  mutating func add(_ global: PickleGlobal) -> PickleValue.Reference {
    globals.append(global)
    return add(.global(globals.count - 1))
  }

  /// The name of the global at `reference`, or `nil` where there is something else.
  func global(_ reference: PickleValue.Reference) -> PickleGlobal? {
    guard case .global(let index) = values[reference] else { return nil }
    return globals[index]
  }

  mutating func noteUncalled(_ global: PickleGlobal) {
    guard uncalled.count < Self.uncalledLimit, !uncalled.contains(global) else { return }
    uncalled.append(global)
  }

  /// What kind of value is at `reference`, for a message.
  func kind(of reference: PickleValue.Reference) -> String {
    switch values[reference] {
    case .none: "None"
    case .bool: "a bool"
    case .integer: "an integer"
    case .string: "a string"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global(let index): "the global \(globals[index].qualifiedName)"
    case .persistent: "a storage"
    case .tensor: "a tensor"
    case .object(let callable):
      "an object of " + (global(callable)?.qualifiedName ?? "something that is not a class")
    case .other(let words): words.description
    }
  }
}
