/// The one list of operations: the grammar of problems, and the kernels that note their calls, take the
/// families from here.
package enum OperationFamilies {
  /// The families, in the order in which they are asked for a problem: the first that accepts it has it.
  package static let all: [any Operation.Type] = [
    Pointwise.self,
    Depthwise.self,
    StemConvolution.self,
    Attention.self,
    AveragePool.self,
    ChannelScale.self,
    ElementwiseActivation.self,
    LayerNormalisation.self,
    Sum.self,
    LayoutConversion.self,
  ]

  /// All words of the grammar.
  package static let words: [String] = all.flatMap { $0.words }
}
