import KernelCatalog
import KernelContract

/// A set of vector instructions that kernels exist for.
public struct InstructionSet: Sendable, Hashable, CustomStringConvertible {
  package let value: KernelContract.InstructionSet

  /// The set called `name`: `avx512`, `avx2`, `neon` or `portable`; nil where there is none of that
  /// name or this machine cannot run it.
  public init?(_ name: String) {
    guard let set = Self.available.first(where: { $0.name == name }) else { return nil }
    self = set
  }

  private init(_ value: KernelContract.InstructionSet) {
    self.value = value
  }

  /// Those this machine and its operating system can run, fastest first.
  public static let available: [InstructionSet] = KernelContract.InstructionSet.allCases
    .filter(KernelCatalog.isAvailable).map { InstructionSet($0) }

  /// The fastest that this machine can run.
  public static let best = InstructionSet(KernelCatalog.best)

  /// The short name.
  public var name: String { value.rawValue }

  /// The short name.
  public var description: String { name }
}
