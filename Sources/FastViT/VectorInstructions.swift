import FastViTOperations

/// A set of vector instructions that this machine can run and kernels exist for.
public struct VectorInstructions: Sendable, Hashable, CustomStringConvertible {
  /// The internal object of the set.
  package let value: InstructionSet

  /// The set with a name: `avx512`, `avx2`, `neon` or `portable`. Nil where no set has that name or
  /// this machine cannot run it.
  public init?(_ name: String) {
    guard let set = Self.available.first(where: { $0.name == name }) else { return nil }
    self = set
  }

  private init(_ value: InstructionSet) {
    self.value = value
  }

  /// The sets that this machine and its operating system can run, fastest first.
  public static let available: [VectorInstructions] = InstructionSet.available
    .map { VectorInstructions($0) }

  /// The fastest set that this machine can run.
  public static let best = VectorInstructions(InstructionSet.best)

  /// The short name.
  public var name: String { value.name }

  /// The short name.
  public var description: String { name }
}
