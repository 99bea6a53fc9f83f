import Synchronization

/// Where the results of a batch go.
enum Destination: Sendable {
  /// They are dropped.
  case nowhere
  /// All of them, as copies.
  case results(CollectedResults)
  /// The logits only, to the caller's memory.
  case logits(LogitPlaces)

  /// Keeps `output` of image `index` if it is wanted.
  func take(_ output: RunOutput, ofImage index: Int) {
    switch self {
    case .nowhere: break
    case .results(let results): results.take(output, ofImage: index)
    case .logits(let places) where output.kind == .logits:
      places.write(output.values, ofImage: index)
    case .logits: break
    }
  }
}

/// Copies of the results of a batch.
final class CollectedResults: Sendable {
  private let results: Mutex<[Results<Float>]>
  private let keepsStages: Bool

  /// Results without values, of `count` images.
  init(count: Int, keepingStages: Bool) {
    results = Mutex([Results<Float>](repeating: Results(), count: count))
    keepsStages = keepingStages
  }

  /// The results of each image.
  var all: [Results<Float>] { results.withLock { $0 } }

  func take(_ output: RunOutput, ofImage index: Int) {
    if case .stage = output.kind, !keepsStages { return }
    let values = output.copy()
    results.withLock { results in
      switch output.kind {
      case .stage: results[index].stages.append((output.shape, values))
      case .embedding: results[index].embedding = values
      case .logits: results[index].logits = values
      }
    }
  }
}

/// Where the logits of a batch go in the caller's memory.
///
/// Sendable because each image has a place of its own.
struct LogitPlaces: @unchecked Sendable {
  private let all: UnsafeMutableBufferPointer<Float>
  private let classCount: Int

  init(_ all: UnsafeMutableBufferPointer<Float>, classCount: Int) {
    self.all = all
    self.classCount = classCount
  }

  func write(_ logits: UnsafeRawPointer, ofImage index: Int) {
    let places = UnsafeMutableBufferPointer(
      rebasing: all[index * classCount..<(index + 1) * classCount])
    UnsafeMutableRawBufferPointer(places).copyMemory(
      from: UnsafeRawBufferPointer(
        start: logits, count: classCount * MemoryLayout<Float>.stride))
  }
}
