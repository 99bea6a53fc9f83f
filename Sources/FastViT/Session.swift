import Execution
import KernelContract
import Network
import Scheduler

/// Runs a model on a number of threads.
public struct Session: Sendable {
  /// What it runs.
  public let model: Model
  private let executor: Executor
  private let team: Team

  /// A session of `model`.
  ///
  /// - Parameters:
  ///   - model: what to run.
  ///   - threads: workers at most, the caller included; nil for as many cores as this process may use.
  public init(_ model: Model, threads: Int? = nil) {
    precondition(threads.map { $0 > 0 } ?? true)
    self.model = model
    team = Team(workerCount: threads)
    executor = Executor(model.plan, team: team)
  }

  /// The number of workers, the caller included.
  public var threads: Int { team.workerCount }

  /// The smallest height and width of a picture, in pixels.
  public static let smallestInputSize = Architecture.smallestInputSize

  /// Runs the network on a batch of pictures of one size.
  ///
  /// Every picture's results are the same bits as when it is run alone, on any number of threads.
  ///
  /// - Parameters:
  ///   - pictures: normalised values, planar `[count][3][height][width]`.
  ///   - count: pictures in the batch, at least one.
  ///   - height: rows of a picture.
  ///   - width: columns of a picture.
  ///   - keepingFeatureMaps: whether to return the four stages' outputs too.
  /// - Throws: `badData` where a side is below 32 pixels or `pictures` has another number of values.
  public func run(
    _ pictures: Span<Float>, count: Int, height: Int, width: Int, keepingFeatureMaps: Bool = false
  ) throws(FastViTError) -> Inference {
    let size = try Self.pictureSize(height: height, width: width)
    let (total, overflow) = size.multipliedReportingOverflow(by: count)
    guard count > 0, !overflow, total == pictures.count else {
      throw FastViTError(
        .badData,
        "input: found \(pictures.count) values, expected \(count) × 3 × \(height) × \(width)")
    }
    var inference = Inference(model, count: count)
    for index in 0..<count {
      let picture = pictures.extracting(index * size..<(index + 1) * size)
      inference.append(
        executor.run(
          picture, height: height, width: width, keepingStages: keepingFeatureMaps))
    }
    return inference
  }

  /// The number of values of one picture.
  private static func pictureSize(height: Int, width: Int) throws(FastViTError) -> Int {
    guard height >= smallestInputSize, width >= smallestInputSize else {
      throw FastViTError(
        .badData,
        "input: found pictures of \(height)×\(width) pixels, expected at least "
          + "\(smallestInputSize)×\(smallestInputSize)")
    }
    let (pixels, overflow) = height.multipliedReportingOverflow(by: width)
    let (size, overflowOfAll) = pixels.multipliedReportingOverflow(by: 3)
    guard !overflow, !overflowOfAll else {
      throw FastViTError(
        .badData, "input: found \(height)×\(width) pixels, expected a size that memory can hold")
    }
    return size
  }
}
