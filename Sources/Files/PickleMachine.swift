/// A stack machine that reads pickles and calls nothing.
///
/// It builds dictionaries, lists, tuples, strings, numbers, and PyTorch's tensors; anything else that a
/// pickle asks for becomes an inert value. The machine is a loop over the instructions, so neither
/// reading nor freeing deeply nested values recurses.
struct PickleMachine {
  /// What errors call the file.
  let file: String
  private let limit: Int
  var cursor: ByteCursor
  var graph = PickleGraph()
  private(set) var stack: [PickleValue.Reference] = []
  /// Heights of the stack at which groups of values begin.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue.Reference] = [:]
  /// References that groups took off the stack and that calls copied, so far.
  private var takenCount = 0

  /// A machine for the pickle `bytes`, a part of `file`.
  ///
  /// - Parameter limit: the largest number of values, and of references between them.
  init(_ bytes: [UInt8], file: String, limit: Int = PickleGraph.limit) {
    self.file = file
    self.limit = limit
    cursor = ByteCursor(bytes)
  }

  /// Reads the whole pickle and returns its single value.
  ///
  /// - Throws: `FileError` if the pickle is malformed, needs an unknown instruction, or exceeds the
  ///   limit.
  mutating func run() throws(FileError) -> PickleValue.Reference {
    guard cursor.integer(UInt8.self) == PickleOpcode.proto.rawValue,
      let version = cursor.integer(UInt8.self)
    else { throw malformed("no protocol", expected: "a pickle of protocol 2 to 5") }
    guard (2...5).contains(version) else {
      throw FileError(
        .unsupported,
        file: file,
        found: "pickle protocol \(version)",
        expected: "2 to 5"
      )
    }
    while let code = cursor.integer(UInt8.self) {
      guard let opcode = PickleOpcode(rawValue: code) else {
        throw FileError(
          .unsupported,
          file: file,
          found: "the pickle instruction \(code) at byte \(cursor.offset - 1)",
          expected: "an instruction that checkpoints of protocols 2 to 5 use"
        )
      }
      if opcode == .stop {
        let result = try pop()
        guard stack.isEmpty, marks.isEmpty, cursor.isAtEnd else {
          throw malformed(
            "surplus values or bytes", expected: "one value and the end of the pickle")
        }
        return result
      }
      try perform(opcode)
      guard graph.values.count <= limit, stack.count <= limit,
        marks.count <= limit, memo.count <= limit
      else { throw excessive }
    }
    throw malformed("the end of the pickle", expected: "an instruction to stop")
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(FileError) {
    switch opcode {
    case .proto, .stop: throw malformed("a second pickle", expected: "one")
    case .frame: try checkFrame()
    case .mark: marks.append(stack.count)
    case .pop: try popValueOrMark()
    case .popMark: _ = try popGroup()
    case .duplicate: push(try top())
    case .put8: memo[Int(try field(UInt8.self))] = try top()
    case .put32: memo[Int(try field(UInt32.self))] = try top()
    case .memoize: memo[memo.count] = try top()
    case .get8: try recall(Int(try field(UInt8.self)))
    case .get32: try recall(Int(try field(UInt32.self)))
    default:
      if try performScalar(opcode) { return }
      if try performContainer(opcode) { return }
      try performObject(opcode)
    }
  }

  /// Frames help a reader to read ahead and have no other effect; a length beyond the pickle is an
  /// error.
  private mutating func checkFrame() throws(FileError) {
    let length = try field(UInt64.self)
    guard length <= cursor.bytes.count - cursor.offset else {
      throw malformed("a frame of \(length) bytes", expected: "a frame in the pickle")
    }
  }

  private mutating func popValueOrMark() throws(FileError) {
    if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
  }

  private mutating func recall(_ index: Int) throws(FileError) {
    guard let reference = memo[index] else {
      throw malformed("memo \(index)", expected: "a memo that was set")
    }
    push(reference)
  }

  // MARK: Stack

  mutating func push(_ reference: PickleValue.Reference) { stack.append(reference) }

  mutating func push(_ value: PickleValue) { stack.append(graph.add(value)) }

  /// The last value of the innermost open group.
  func top() throws(FileError) -> PickleValue.Reference {
    guard let last = stack.last, stack.count > marks.last ?? 0 else {
      throw malformed("an empty stack", expected: "a value on the stack")
    }
    return last
  }

  mutating func pop() throws(FileError) -> PickleValue.Reference {
    let last = try top()
    stack.removeLast()
    return last
  }

  mutating func pop(_ count: Int) throws(FileError) -> [PickleValue.Reference] {
    guard stack.count - count >= marks.last ?? 0 else {
      throw malformed("an empty stack", expected: "\(count) values on the stack")
    }
    try charge(count)
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  /// Removes the last mark and everything after it, and returns the values.
  mutating func popGroup() throws(FileError) -> [PickleValue.Reference] {
    guard let start = marks.popLast() else {
      throw malformed("no mark", expected: "a mark before a group of values")
    }
    try charge(stack.count - start)
    defer { stack.removeSubrange(start...) }
    return Array(stack[start...])
  }

  /// Adds `count` to the references that containers may keep; throws beyond the limit. One byte of a
  /// pickle can make a reference, and a call of a few bytes can copy many.
  mutating func charge(_ count: Int) throws(FileError) {
    takenCount += count
    guard takenCount <= limit else { throw excessive }
  }

  // MARK: Fields

  mutating func field<Integer: FixedWidthInteger>(
    _ type: Integer.Type
  ) throws(FileError) -> Integer {
    guard let integer = cursor.integer(type) else { throw truncated }
    return integer
  }

  mutating func bytes<Integer: FixedWidthInteger & UnsignedInteger>(
    countedBy type: Integer.Type
  ) throws(FileError) -> ArraySlice<UInt8> {
    guard let bytes = cursor.counted(type) else { throw truncated }
    return bytes
  }

  var truncated: FileError {
    malformed("the end of the pickle", expected: "the rest of an instruction")
  }

  private var excessive: FileError {
    FileError(
      .unsupported,
      file: file,
      found: "a pickle of more values",
      expected: "at most \(limit)"
    )
  }

  func malformed(_ found: String, expected: String) -> FileError {
    FileError(
      .malformed,
      file: file,
      found: "\(found) at byte \(cursor.offset) of the pickle",
      expected: expected
    )
  }
}
