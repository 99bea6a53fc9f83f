/// Every kernel that can be chosen: one list per type of descriptor.
///
/// Dispatch, tests, tuning and benchmarks iterate over a catalogue, so every kernel in it is tested and timed.
/// The catalogue of the generated kernels is `KernelCatalogue.generated`; a test or a sweep adds kernels to a
/// copy.
package struct KernelCatalogue: Sendable {
  private var lists: [ObjectIdentifier: any KernelList] = [:]

  /// The types in the order in which they were added.
  private var order: [ObjectIdentifier] = []

  /// The instruction sets that it has kernels of.
  package private(set) var instructionSets: Set<InstructionSet> = []

  /// A catalogue without kernels.
  package init() {}

  /// Adds `kernels` after those of their type that are there already.
  package mutating func add<K: Kernel>(_ kernels: [K]) {
    let key = ObjectIdentifier(K.self)
    instructionSets.formUnion(kernels.map(\.instructionSet))
    if let list = lists[key] as? TypedKernelList<K> {
      lists[key] = TypedKernelList(kernels: list.kernels + kernels)
    } else {
      order.append(key)
      lists[key] = TypedKernelList(kernels: kernels)
    }
  }

  /// This catalogue and `kernels`.
  package func adding<K: Kernel>(_ kernels: [K]) -> KernelCatalogue {
    var catalogue = self
    catalogue.add(kernels)
    return catalogue
  }

  /// This catalogue and all kernels of `other`.
  package func adding(_ other: KernelCatalogue) -> KernelCatalogue {
    other.all.reduce(into: self) { catalogue, kernel in catalogue.add(one: kernel) }
  }

  /// Adds one kernel of any type.
  package mutating func add<K: Kernel>(one kernel: K) { add([kernel]) }

  /// All kernels with descriptors of type `K`.
  package func kernels<K: Kernel>(_: K.Type) -> [K] {
    (lists[ObjectIdentifier(K.self)] as? TypedKernelList<K>)?.kernels ?? []
  }

  /// Every kernel, type by type.
  package var all: [any Kernel] { order.flatMap { lists[$0]?.erased ?? [] } }

  /// The kernels of one instruction set.
  package func all(on instructionSet: InstructionSet) -> [any Kernel] {
    all.filter { $0.instructionSet == instructionSet }
  }

  /// A hash, in hexadecimal digits, that differs between catalogues with different kernels, tiles or names:
  /// what was measured with one catalogue says nothing of another.
  package var digest: String {
    // FNV-1a: it need only tell catalogues apart, not resist forgery.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for kernel in all {
      // Names hold precision and tile.
      for byte in "\(kernel.instructionSet) \(kernel.name) \(kernel.registers)\n".utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The kernels of one type.
private protocol KernelList: Sendable {
  var erased: [any Kernel] { get }
}

private struct TypedKernelList<K: Kernel>: KernelList {
  let kernels: [K]

  var erased: [any Kernel] { kernels }
}
