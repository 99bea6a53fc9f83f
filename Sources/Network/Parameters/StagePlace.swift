/// Where a stage stands in a network, as the two vocabularies count: timm numbers the stages, Apple
/// numbers the modules of all stages in one row.
struct StagePlace: Sendable {
  /// The stage's number.
  let stage: Int

  /// Apple's number of the stage's first module.
  let firstModule: Int

  private let hasDownsample: Bool
  private let hasPositionalEncoding: Bool

  /// The places of all stages of `architecture`.
  static func all(of architecture: Architecture) -> [StagePlace] {
    var places: [StagePlace] = []
    for (index, stage) in architecture.stages.enumerated() {
      places.append(
        StagePlace(
          stage: index, firstModule: places.last.map { $0.blocksModule + 1 } ?? 0,
          hasDownsample: stage.downsample != nil,
          hasPositionalEncoding: stage.positionalEncodingKernel != nil))
    }
    return places
  }

  /// Apple's number of the positional encoding, if there is one.
  var encodingModule: Int { firstModule + (hasDownsample ? 1 : 0) }

  /// Apple's number of the blocks, which are one module.
  var blocksModule: Int { encodingModule + (hasPositionalEncoding ? 1 : 0) }
}
