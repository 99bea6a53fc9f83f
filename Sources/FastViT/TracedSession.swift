import Dispatch
import FastViTExecution
import FastViTNetwork
import FastViTOperations

/// A session that records what its workers do, for images of one size.
///
/// A run computes one image that all workers share; with `Schedule.throughput` it computes one
/// image per worker. Only one run at a time is allowed.
package struct TracedSession: Sendable {
  /// The session that runs the network.
  package let session: Session

  /// The height of every image in pixels.
  package let height: Int

  /// The width of every image in pixels.
  package let width: Int

  /// All layers, in the order of their steps.
  package let layers: [TracedLayer]

  /// The steps in order.
  package let steps: [TracedStep]

  /// The problems that the layers' kernels solve, in benchdnn's notation; equal ones are merged as in
  /// `graph --emit-shapes`.
  package let problems: [String]

  private let trace: Trace

  /// A session for images of `height` × `width` pixels.
  ///
  /// - Throws: `badData` where a side is below `Variant.smallestInputSize`.
  package init(_ session: Session, height: Int, width: Int) throws(FastViTError) {
    self.session = session
    self.height = height
    self.width = width
    let images = Self.imagesPerRun(session)
    let variant = session.model.variant
    _ = try ImageBatch(
      count: images, height: height, width: width,
      elements: images * variant.inputChannels * height * width, for: variant)
    let plan = session.model.plan
    let listings = plan.operationListings(height: height, width: width)
    layers = listings.map { TracedLayer($0, images: images) }
    problems = NamedProblem.list(of: listings.map { ($0.name, $0.problem) }).map(\.description)
    let workers = session.schedule == .throughput ? 1 : session.threads
    steps = plan.stepListings(height: height, width: width, workers: workers).map {
      TracedStep(layers: $0.operations, taskCount: $0.taskCount)
    }
    trace = Trace(workers: session.threads)
  }

  /// The number of images of one run.
  package var imagesPerRun: Int { Self.imagesPerRun(session) }

  private static func imagesPerRun(_ session: Session) -> Int {
    session.schedule == .throughput ? session.threads : 1
  }

  /// Runs the network without recording.
  ///
  /// - Parameter images: the normalised images, planar `[imagesPerRun][3][height][width]`.
  package func run(_ images: Span<Float>) {
    run(images, trace: nil)
  }

  /// Runs the network and records what the workers do.
  ///
  /// - Parameter images: the normalised images, planar `[imagesPerRun][3][height][width]`.
  package func traced(_ images: Span<Float>) -> RunTrace {
    trace.clear()
    let start = DispatchTime.now().uptimeNanoseconds
    run(images, trace: trace)
    let end = DispatchTime.now().uptimeNanoseconds
    return RunTrace(trace.events, start: start, end: end)
  }

  private func run(_ images: Span<Float>, trace: Trace?) {
    _ = session.executor.run(
      images, count: imagesPerRun, height: height, width: width,
      schedule: session.schedule.value, trace: trace)
  }
}
