/// How well architectures fit a checkpoint's tensors.
///
/// The scores look at a few tensors only, which every block has in every form and which tell widths,
/// numbers of blocks, mixers and expansions apart. Each tensor is looked up once for all architectures, and
/// no tree of parameters is built.
struct ArchitectureScores {
  /// What the checkpoint holds under one block's name.
  private struct Block {
    /// The shape of the feed-forward block's first pointwise convolution, nil where there is none.
    let expansion: [Int]?

    /// The shapes of the layer scales that a block with RepMixer and one with attention would have.
    let repMixerScale: [Int]?
    let attentionScale: [Int]?
  }

  private let words: Vocabulary
  private let shape: (_ name: String) -> [Int]?

  /// The blocks that were looked up so far, by the name of a stage's blocks.
  private var found: [String: [Block]] = [:]

  /// - Parameter shape: gives the shape of the tensor of a name, nil where there is none.
  init(_ vocabulary: Vocabulary, shape: @escaping (_ name: String) -> [Int]?) {
    words = vocabulary
    self.shape = shape
  }

  /// The architecture with most tensors there and fewest missing, the first of equals.
  ///
  /// - Parameter architectures: at least one.
  mutating func best(of architectures: [Architecture]) -> Architecture {
    var best = architectures[0]
    var highest = score(best)
    for architecture in architectures.dropFirst() {
      let score = score(architecture)
      if score > highest { (best, highest) = (architecture, score) }
    }
    return best
  }

  /// Tensors in common less tensors in only one of network and checkpoint. With n tensors in the network, m
  /// in the checkpoint and c in common, that is c − (n − c) − (m − c), here without m, which all
  /// architectures share.
  private mutating func score(_ architecture: Architecture) -> Int {
    var (common, count) = (0, 0)
    for (stage, place) in zip(architecture.stages, StagePlace.all(of: architecture)) {
      let expansion = [stage.width * stage.feedForward.expansion, stage.width, 1, 1]
      let layerScale = [stage.width, 1, 1]
      for block in blocks(words.blocks(place), count: stage.blocks) {
        let scale = stage.mixer.isAttention ? block.attentionScale : block.repMixerScale
        common += (block.expansion == expansion ? 1 : 0) + (scale == layerScale ? 1 : 0)
      }
      count += 2 * stage.blocks
    }
    return 3 * common - count
  }

  /// The first `count` blocks of the stage whose blocks are called `name`.
  private mutating func blocks(_ name: String, count: Int) -> ArraySlice<Block> {
    var blocks = found[name] ?? []
    if blocks.count < count {
      for index in blocks.count..<count { blocks.append(block("\(name).\(index)")) }
      found[name] = blocks
    }
    return blocks.prefix(count)
  }

  private func block(_ name: String) -> Block {
    Block(
      expansion: shape(words.expansion(ofBlock: name) + ".weight"),
      repMixerScale: shape(words.layerScale(ofBlock: name, isAttention: false)),
      attentionScale: shape(words.layerScale(ofBlock: name, isAttention: true)))
  }
}
