/// One network of the family, as data: what `GraphBuilder` lays out and `NetworkParameters` names.
package struct Architecture: Sendable, Hashable {
  /// The short name, such as `sa12`.
  package let name: String

  /// Channels of the image.
  package let inputChannels: Int

  package let stem: Stem

  /// In the order of the network, at least one.
  package let stages: [Stage]

  package let head: Head

  package let preprocessing: PublishedPreprocessing

  package init(
    name: String, inputChannels: Int, stem: Stem, stages: [Stage], head: Head,
    preprocessing: PublishedPreprocessing
  ) {
    self.name = name
    self.inputChannels = inputChannels
    self.stem = stem
    self.stages = stages
    self.head = head
    self.preprocessing = preprocessing
  }
}

extension Architecture {
  /// The variant called `name`, which may carry the prefix `fastvit_` and any letter case.
  package static func named(_ name: String) -> Architecture? {
    let lowered = name.lowercased()
    let short = lowered.hasPrefix("fastvit_") ? String(lowered.dropFirst(8)) : lowered
    return all.first { $0.name == short }
  }

  /// Length of the pooled embedding.
  package var embeddingWidth: Int { head.expansion * stages[stages.count - 1].width }

  /// The smallest input side, in pixels: that of one pixel in the last stage. With less the last stage
  /// would be mostly padding.
  package var smallestInputSize: Int {
    stages.reduce(Stem.stride) { $1.downsample == nil ? $0 : $0 * Downsample.stride }
  }
}
