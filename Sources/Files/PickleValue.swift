/// A value that a pickle builds.
///
/// Values refer to each other by index into a `PickleGraph`. So shared values are not copied, cycles
/// are harmless, and freeing deeply nested values does not recurse.
enum PickleValue {
  /// The index of a value in a `PickleGraph`.
  typealias Reference = Int

  case none
  case bool(Bool)
  case integer(Int)
  case string(String)
  case tuple([Reference])
  case list([Reference])
  /// The pairs in the order in which they were set; a key may occur more than once.
  case dictionary([(key: Reference, value: Reference)])
  /// A class or function of a Python module, by its index in `PickleGraph.globals`.
  case global(Int)
  /// The storage that PyTorch would load for a persistent identifier.
  case persistent(identifier: Reference)
  /// The tensor that PyTorch's `function` would make from the tuple `arguments`.
  case tensor(function: TensorFunction, arguments: Reference)
  /// The object that Python would make by calling `of`; nothing is called.
  case object(of: Reference)
  /// A value of a kind that checkpoints do not need, described in words.
  case other(StaticString)

  /// The functions of PyTorch that make a tensor from a storage, by their arguments.
  enum TensorFunction {
    /// `(storage, offset, size, stride, ...)`
    case typedStorage
    /// `(storage, offset, size, stride, requires_grad, backward_hooks, dtype, ...)`
    case untypedStorage
  }
}

/// The name of a class or function in a Python module.
struct PickleGlobal: Hashable {
  let module: String
  let name: String

  var qualifiedName: String { "\(module).\(name)" }

  /// Whether a call can only serve to run commands or code when the file is loaded. This package does
  /// not call it, but refuses the file, so that the user learns of it.
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
  /// The first of the functions that Python would have called, without repetition.
  private(set) var uncalled: [PickleGlobal] = []

  /// The largest number of values, and of references between them: a few hundred megabytes at worst.
  static let limit = 1 << 22
  private static let uncalledLimit = 8

  subscript(reference: PickleValue.Reference) -> PickleValue {
    get { values[reference] }
    set { values[reference] = newValue }
  }

  /// Adds `value` and returns its index.
  mutating func add(_ value: PickleValue) -> PickleValue.Reference {
    values.append(value)
    return values.count - 1
  }

  /// Adds the name of a class or function as a value and returns the value's index.
  mutating func add(_ global: PickleGlobal) -> PickleValue.Reference {
    globals.append(global)
    return add(.global(globals.count - 1))
  }

  /// The name of the class or function at `reference`; `nil` if another kind of value is there.
  func global(_ reference: PickleValue.Reference) -> PickleGlobal? {
    guard case .global(let index) = values[reference] else { return nil }
    return globals[index]
  }

  /// Adds `global` to the functions that were not called.
  mutating func noteUncalled(_ global: PickleGlobal) {
    guard uncalled.count < Self.uncalledLimit, !uncalled.contains(global) else { return }
    uncalled.append(global)
  }

  /// The kind of value at `reference`, in words for an error.
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
