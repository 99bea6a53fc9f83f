import FastViTCPU

/// A set of vector instructions that kernels are generated for: its name, what it needs, and whether this
/// machine has it.
package struct InstructionSet: Sendable {
  private let title: StaticString
  private let explanation: StaticString
  private let needed: CPUFeatures

  /// The short name, such as `avx512`.
  package var name: String { title.description }

  /// What the set is, for a person.
  package var summary: String { explanation.description }

  /// What the CPU must have and the operating system must support.
  package var features: [CPUFeature] { needed.all }

  /// Bits of a vector register.
  package let vectorBits: Int

  /// Values of `Float` in one vector of its kernels; the portable kernels' vectors are several registers.
  package let lanes: Int

  /// Vector registers.
  package let registers: Int

  /// x86-64-v4: 512-bit vectors.
  package static let avx512 = InstructionSet(
    name: "avx512", summary: "x86-64-v4, 512-bit vectors", features: CPUFeature.x86Level4,
    vectorBits: 512, lanes: 16, registers: 32)

  /// x86-64-v3: 256-bit vectors and fused multiply-add.
  package static let avx2 = InstructionSet(
    name: "avx2", summary: "x86-64-v3, 256-bit vectors", features: CPUFeature.x86Level3,
    vectorBits: 256, lanes: 8, registers: 16)

  /// AArch64: 128-bit vectors.
  package static let neon = InstructionSet(
    name: "neon", summary: "AArch64, 128-bit vectors", features: [.advancedSIMD],
    vectorBits: 128, lanes: 4, registers: 32)

  /// The instructions that every CPU of the architecture has.
  package static let portable = InstructionSet(
    name: "portable", summary: "any CPU", features: [], vectorBits: 128, lanes: 8, registers: 16)

  /// All sets that kernels are generated for, preferred ones first. The order in which they are written here
  /// decides nothing.
  package static let all = [avx512, avx2, neon, portable].sorted { $0.isPreferred(to: $1) }

  /// Whether this set's kernels are tried before those of `other`: longer vectors first, and with equal
  /// vectors the set that needs more features.
  package func isPreferred(to other: InstructionSet) -> Bool {
    (vectorBits, features.count) > (other.vectorBits, other.features.count)
  }

  /// The set called `name`; nil where there is none.
  package init?(named name: String) {
    guard let set = Self.all.first(where: { $0.name == name }) else { return nil }
    self = set
  }

  private init(
    name: StaticString, summary: StaticString, features: [CPUFeature], vectorBits: Int, lanes: Int,
    registers: Int
  ) {
    title = name
    explanation = summary
    needed = CPUFeatures(features)
    self.vectorBits = vectorBits
    self.lanes = lanes
    self.registers = registers
  }

  /// Why this machine or its operating system cannot run the set's kernels, for a person; nil where it can.
  package var obstacle: String? { InstructionSupport.current.obstacle(to: features) }

  /// Whether this machine and its operating system can run the set's kernels.
  package var runsHere: Bool { obstacle == nil }

  /// The sets that run here, preferred ones first.
  package static let available = all.filter(\.runsHere)

  /// The most preferred set that runs here.
  package static let best = available.first ?? .portable

  /// This set and all sets that need no other features, preferred ones first. A plan for this set may use the
  /// kernels of all of them.
  package var included: [InstructionSet] {
    Self.all.filter { $0.features.allSatisfy(features.contains) }
  }
}

extension InstructionSet: Hashable {
  /// Names are where the sets are declared, each once.
  package static func == (left: InstructionSet, right: InstructionSet) -> Bool {
    left.title.utf8Start == right.title.utf8Start
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(title.utf8Start) }
}

extension InstructionSet: CustomStringConvertible {
  /// The short name.
  package var description: String { name }
}
