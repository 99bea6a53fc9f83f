import FastViTCatalogue
import FastViTNetwork
import FastViTOperations

/// The kernels chosen for one layer of a network, or for several equal layers.
package struct KernelChoice: Sendable {
  /// The name of the first such layer, with `*` for the number of the block.
  package let layer: String

  /// The number of equal layers.
  package let count: Int

  /// The problem that the kernels solve, in benchdnn's notation.
  package let problem: String

  /// The names of the kernels without repetition, in ascending order of the channels that they
  /// compute; empty where no kernel solves the problem.
  package let kernels: [String]
}

extension KernelChoice {
  /// The kernels that the catalogue's rules choose for `named` on `instructionSet`.
  package init(_ named: NamedProblem, on instructionSet: VectorInstructions) {
    layer = named.name
    count = named.count
    problem = named.problem.description
    let chosen = named.problem.chosen(on: instructionSet.value.included, in: .generated)
    let names = chosen?.names.map { String($0.prefix { $0 != "*" }) } ?? []
    kernels = names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension Variant {
  /// The kernels that the catalogue's rules choose for images of `height` × `width` pixels on
  /// `instructionSet`, in the order of the network.
  package func kernelChoices(
    height: Int, width: Int, on instructionSet: VectorInstructions
  ) -> [KernelChoice] {
    problems(height: height, width: width).map { KernelChoice($0, on: instructionSet) }
  }
}

extension Model {
  /// The multiply-adds for one image of `height` × `width` pixels.
  package func multiplyAdds(height: Int, width: Int) -> Int {
    graph.cost(height: height, width: width).multiplyAdds
  }
}
