import FastViTExecution
import FastViTNetwork
import FastViTOperations

/// One step of the plan that a traced session runs.
package struct TracedStep: Sendable {
  /// The indices of the step's layers among the session's layers; never empty. A worker computes
  /// all of them for one task without waiting for other workers.
  package let layers: Range<Int>

  /// The number of tasks for one image.
  package let taskCount: Int
}

/// One operation of the plan that a traced session runs, for all images of a run together.
package struct TracedLayer: Sendable {
  /// The name of the operation in the network.
  package let name: String

  /// The kind of operation, such as `depthwise 7×7`.
  package let kind: String

  /// The problem that the kernels solve, in benchdnn's notation.
  package let problem: String

  /// The names of the kernels that solve it, without repetition.
  package let kernels: [String]

  /// The multiply-adds on real pixels and channels; zero for an operation without any.
  package let multiplyAdds: Int

  /// The bytes of inputs, outputs and weights, each counted once per image.
  package let bytes: Int
}

extension TracedLayer {
  /// The layer of a plan's `listing`, for `images` images.
  init(_ listing: OperationListing, images: Int) {
    name = listing.name
    kind = listing.problem.operation.kind
    problem = listing.problem.description
    kernels = listing.kernels.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    multiplyAdds = images * listing.problem.multiplyAdds
    bytes = images * listing.problem.bytes
  }
}
