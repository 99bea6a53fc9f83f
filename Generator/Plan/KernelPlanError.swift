/// A row of a plan that cannot become a kernel.
enum KernelPlanError: Error, Equatable, CustomStringConvertible {
  /// The tile needs more vector registers than the instruction set has.
  case tooManyRegisters(kernel: String, needed: Int, available: Int, reason: String)
  /// An extent of the tile is not one that the family can emit.
  case impossibleTile(kernel: String, reason: String)
  /// Two rows make the same file or kernel.
  case duplicate(String)

  var description: String {
    switch self {
    case .tooManyRegisters(let kernel, let needed, let available, let reason):
      "\(kernel) needs \(needed) vector registers of \(available): \(reason)"
    case .impossibleTile(let kernel, let reason):
      "\(kernel) cannot be made: \(reason)"
    case .duplicate(let name):
      "\(name) is in the plan twice"
    }
  }
}
