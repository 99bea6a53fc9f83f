import KernelCatalog
import KernelContract
import Network

/// The kernels chosen for one layer of a network, or for several equal ones.
package struct KernelChoice: Sendable {
  /// The place of the first in the network, with `*` for the number of a block.
  package let layer: String

  /// Layers that ask for the same.
  package let count: Int

  /// What is asked for, in benchdnn's notation.
  package let problem: String

  /// The kernels' names without repetition, in ascending order of the channels they compute; empty
  /// where none can.
  package let kernels: [String]
}

extension KernelChoice {
  /// What the catalogue's rules choose for `named` on `instructionSet`.
  package init(_ named: NamedProblem, on instructionSet: InstructionSet) {
    layer = named.name
    count = named.count
    problem = named.problem.description
    let names = KernelCatalog.kernels(for: named.problem, on: instructionSet.value).map(\.name)
    kernels = names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension Variant {
  /// The kernels that the catalogue's rules choose for pictures of `height` × `width` pixels on
  /// `instructionSet`, in the order of the network.
  package func kernelChoices(
    height: Int, width: Int, on instructionSet: InstructionSet
  ) -> [KernelChoice] {
    problems(height: height, width: width).map { KernelChoice($0, on: instructionSet) }
  }
}

extension Model {
  /// Multiply-adds for one picture of `height` × `width` pixels.
  package func multiplyAdds(height: Int, width: Int) -> Int {
    graph.cost(height: height, width: width).multiplyAdds
  }
}
