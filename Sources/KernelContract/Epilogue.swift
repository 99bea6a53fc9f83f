/// What a kernel does with a finished sum before it stores it. The sum began with the bias.
package enum Epilogue: String, Sendable, Hashable, CaseIterable {
  /// Nothing.
  case bias
  case gelu
  /// Adds the value at the same place of another map.
  case residual
  case relu
  case sigmoid
}
