import Synchronization

/// The arguments of one call of a kernel, so that the call can be repeated on another machine.
package struct RecordedCall: Sendable {
  /// One argument.
  ///
  /// Sendable because the pointer is only compared with that of the output, never followed.
  package enum Argument: @unchecked Sendable {
    /// A count, an index or a pitch.
    case integer(Int)
    /// Exactly the values that the kernel may read.
    case values([Float])
    /// The number of values that the kernel may write and read.
    case scratch(Int)
    /// A place in the output.
    case output(UnsafeMutableRawPointer)
    /// No pointer.
    case none
  }

  /// The kernel's name.
  package let kernel: String
  /// The arguments, in the order of the kernel's function type.
  package let arguments: [Argument]
}

/// Kernels that compute nothing and note their arguments instead.
package final class CallRecorder: Sendable {
  private let calls = Mutex<[RecordedCall]>([])

  /// A recorder without calls.
  package init() {}

  /// Notes a call of `kernel`.
  func add(_ kernel: String, _ arguments: [RecordedCall.Argument]) {
    calls.withLock { $0.append(RecordedCall(kernel: kernel, arguments: arguments)) }
  }

  /// The calls since this function was last called.
  package func takeCalls() -> [RecordedCall] {
    calls.withLock { calls in
      defer { calls = [] }
      return calls
    }
  }

  /// The `count` values at `place`.
  static func values(_ place: UnsafeRawPointer, _ count: Int) -> RecordedCall.Argument {
    let start = place.assumingMemoryBound(to: Float.self)
    return .values(Array(UnsafeBufferPointer(start: start, count: count)))
  }

  /// Values of `count` pieces of `length` values, `pitch` apart.
  static func values(
    _ place: UnsafeRawPointer, _ count: Int, pitch: Int, length: Int
  ) -> RecordedCall.Argument {
    values(place, count > 0 ? (count - 1) * pitch + length : 0)
  }
}
