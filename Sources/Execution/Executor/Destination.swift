import Synchronization

/// Where the results of a batch go.
enum Destination: Sendable {
  case nowhere
  case results(CollectedResults)
  case logits(LogitPlaces)

  /// Keeps of `output` what is wanted of picture `index`.
  func take(_ output: RunOutput, ofPicture index: Int) {
    switch self {
    case .nowhere: break
    case .results(let results): results.take(output, ofPicture: index)
    case .logits(let places) where output.kind == .logits:
      places.write(output.values, ofPicture: index)
    case .logits: break
    }
  }
}

/// Copies of what the pictures of a batch give.
final class CollectedResults: Sendable {
  private let results: Mutex<[Results<Float>]>
  private let keepsStages: Bool

  /// Nothing yet, of `count` pictures.
  init(count: Int, keepingStages: Bool) {
    results = Mutex([Results<Float>](repeating: Results(), count: count))
    keepsStages = keepingStages
  }

  /// Of each picture.
  var all: [Results<Float>] { results.withLock { $0 } }

  func take(_ output: RunOutput, ofPicture index: Int) {
    if case .stage = output.kind, !keepsStages { return }
    let values = output.copy
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
/// Sendable because each picture has a place of its own.
struct LogitPlaces: @unchecked Sendable {
  private let all: UnsafeMutableBufferPointer<Float>
  private let classCount: Int

  init(_ all: UnsafeMutableBufferPointer<Float>, classCount: Int) {
    self.all = all
    self.classCount = classCount
  }

  func write(_ logits: UnsafePointer<Float>, ofPicture index: Int) {
    let source = UnsafeBufferPointer(start: logits, count: classCount)
    _ = all[(index * classCount)...].update(fromContentsOf: source)
  }
}
