/// Why tensors could not become a network.
package enum NetworkError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No network of the family: neither Apple's nor timm's first tensor is there.
  case unknownNetwork(file: String, found: String)

  /// Names of the family, but the tensors of none of the variants.
  case unknownVariant(file: String, found: String)

  /// Tensors missing, unexpected or of another shape.
  case mismatch(CheckpointMismatch)

  /// A value that no network can hold, such as a negative variance.
  case badValue(file: String, tensor: String, found: String, expected: String)

  /// Finite values that fold to weights beyond single precision.
  case overflow(file: String, layer: String)

  package var description: String {
    switch self {
    case .unknownNetwork(let file, let found):
      "\(file): found \(found), expected a FastViT's tensors, such as 'stem.0…' or 'patch_embed.0…'"
    case .unknownVariant(let file, let found):
      "\(file): found \(found), expected one of \(Architecture.all.map(\.name).joined(separator: ", "))"
    case .mismatch(let mismatch):
      mismatch.description
    case .badValue(let file, let tensor, let found, let expected):
      "\(file): tensor '\(tensor)': found \(found), expected \(expected)"
    case .overflow(let file, let layer):
      "\(file): layer '\(layer)': found weights beyond single precision once folded, expected finite ones"
    }
  }
}
