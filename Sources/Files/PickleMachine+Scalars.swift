extension PickleMachine {
  /// Performs `opcode` if it pushes a number, a constant, a string or bytes; returns whether it does.
  mutating func performScalar(_ opcode: PickleOpcode) throws(FileError) -> Bool {
    switch opcode {
    case .none: push(.none)
    case .newTrue: push(.bool(true))
    case .newFalse: push(.bool(false))
    case .integer32: push(.integer(Int(try field(Int32.self))))
    case .integer8: push(.integer(Int(try field(UInt8.self))))
    case .integer16: push(.integer(Int(try field(UInt16.self))))
    case .long8: push(Self.integer(try bytes(countedBy: UInt8.self)))
    case .long32: push(Self.integer(try bytes(countedBy: UInt32.self)))
    case .float:
      _ = try field(UInt64.self)
      push(.other("a float"))
    case .unicode8: push(Self.string(try bytes(countedBy: UInt8.self)))
    case .unicode32: push(Self.string(try bytes(countedBy: UInt32.self)))
    case .unicode64: push(Self.string(try bytes(countedBy: UInt64.self)))
    case .string8: push(Self.string(try bytes(countedBy: UInt8.self)))
    case .string32: push(Self.string(try bytes(countedBy: UInt32.self)))
    case .bytes8: push(Self.inert(try bytes(countedBy: UInt8.self)))
    case .bytes32: push(Self.inert(try bytes(countedBy: UInt32.self)))
    case .bytes64, .byteArray64: push(Self.inert(try bytes(countedBy: UInt64.self)))
    default: return false
    }
    return true
  }

  /// A little-endian integer in two's complement; an inert value if `Int` cannot hold it.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> PickleValue {
    guard bytes.count <= MemoryLayout<Int>.size else { return .other("a large integer") }
    let sign = (bytes.last ?? 0) >= 0x80 ? -1 : 0
    return .integer(bytes.reversed().reduce(sign) { $0 << 8 | Int($1) })
  }

  /// A string; an inert value if it is longer than a name may be or is not UTF-8. Python 2 kept bytes
  /// in strings, and Python 3 writes lone surrogates.
  private static func string(_ bytes: ArraySlice<UInt8>) -> PickleValue {
    guard bytes.count <= Checkpoint.nameLimit else { return .other("a long string") }
    return String(validating: bytes, as: UTF8.self).map(PickleValue.string) ?? inert(bytes)
  }

  private static func inert(_: ArraySlice<UInt8>) -> PickleValue { .other("bytes") }
}
