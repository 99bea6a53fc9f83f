import Dispatch
import Execution
import KernelContract
import Network

/// A session that notes what its workers do, for pictures of one size.
///
/// A run is of one picture that all workers share; with `Schedule.throughput` it is of as many pictures
/// as there are workers. One run at a time.
package struct TracedSession: Sendable {
  /// One operation of the plan, of all pictures of a run together.
  package struct Layer: Sendable {
    /// The place in the network.
    package let name: String

    /// What is computed, such as `depthwise 7×7`.
    package let kind: String

    /// What is asked of the kernels, in benchdnn's notation.
    package let problem: String

    /// The kernels that compute it, without repetition.
    package let kernels: [String]

    /// On real pixels and channels; zero where the work is of another kind.
    package let multiplyAdds: Int

    /// Of inputs, outputs and weights, as if each were read or written once a picture.
    package let bytes: Int
  }

  /// Layers that a worker carries a tile through, without meeting the others in between.
  package struct Step: Sendable {
    /// By place among `layers`; never empty.
    package let layers: Range<Int>

    /// Tiles of one picture.
    package let tileCount: Int
  }

  package let session: Session

  /// Of every picture, in pixels.
  package let height: Int

  /// Of every picture, in pixels.
  package let width: Int

  /// All layers, in the order of their steps.
  package let layers: [Layer]

  /// The steps in order.
  package let steps: [Step]

  /// What the layers ask of the kernels, one problem a line in benchdnn's notation, equal ones merged
  /// as by `graph --emit-shapes`.
  package let problems: [String]

  private let trace: Trace

  /// A session of pictures of `height` × `width` pixels.
  ///
  /// - Throws: `badData` where a side is below `Session.smallestInputSize`.
  package init(_ session: Session, height: Int, width: Int) throws(FastViTError) {
    self.session = session
    self.height = height
    self.width = width
    let pictures = Self.picturesPerRun(session)
    _ = try PictureBatch(
      count: pictures, height: height, width: width, elements: pictures * 3 * height * width)
    let plan = session.model.plan
    let listings = plan.operationListings(height: height, width: width)
    layers = listings.map { Layer($0, pictures: pictures) }
    problems = NamedProblem.list(of: listings.map { ($0.name, $0.problem) }).map(\.description)
    let workers = session.schedule == .throughput ? 1 : session.threads
    steps = plan.stepListings(height: height, width: width, workers: workers).map {
      Step(layers: $0.operations, tileCount: $0.tileCount)
    }
    trace = Trace(workers: session.threads)
  }

  /// Pictures of one run.
  package var picturesPerRun: Int { Self.picturesPerRun(session) }

  private static func picturesPerRun(_ session: Session) -> Int {
    session.schedule == .throughput ? session.threads : 1
  }

  /// Runs the network and notes nothing.
  ///
  /// - Parameter pictures: normalised, planar `[picturesPerRun][3][height][width]`.
  package func run(_ pictures: Span<Float>) {
    run(pictures, trace: nil)
  }

  /// Runs the network and notes what the workers did.
  ///
  /// - Parameter pictures: normalised, planar `[picturesPerRun][3][height][width]`.
  package func traced(_ pictures: Span<Float>) -> RunTrace {
    trace.clear()
    let start = DispatchTime.now().uptimeNanoseconds
    run(pictures, trace: trace)
    let end = DispatchTime.now().uptimeNanoseconds
    return RunTrace(trace.events, start: start, end: end)
  }

  private func run(_ pictures: Span<Float>, trace: Trace?) {
    _ = session.executor.run(
      pictures, count: picturesPerRun, height: height, width: width,
      schedule: session.schedule.value, trace: trace)
  }
}

extension TracedSession.Layer {
  fileprivate init(_ listing: OperationListing, pictures: Int) {
    name = listing.name
    kind = listing.problem.operation.kind
    problem = listing.problem.description
    kernels = listing.kernels.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    multiplyAdds = pictures * listing.problem.multiplyAdds
    bytes = pictures * listing.problem.bytes
  }
}

extension OperationProblem.Operation {
  /// What is computed, for a person, without the channels.
  fileprivate var kind: String {
    func side(_ geometry: ConvolutionGeometry) -> String { "\(geometry.kernel)×\(geometry.kernel)" }
    return switch self {
    case .pointwise: "pointwise"
    case .depthwise(let geometry, _): "depthwise \(side(geometry))"
    case .convolution(let geometry, _, _): "convolution \(side(geometry))"
    case .attention: "attention"
    case .globalAveragePool: "average pool"
    case .scaleChannels: "channel scaling"
    case .activation: "activation"
    case .add: "sum"
    case .fromPlanar, .toPlanar: "layout"
    }
  }
}
