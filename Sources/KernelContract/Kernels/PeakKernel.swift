/// Nothing but multiply-adds on registers: what the instruction set can reach on this machine, which
/// the other kernels' speed is compared with.
package struct PeakKernel: Kernel {
  /// - Parameters:
  ///   - turns: how often every sum takes one product.
  ///   - values: `sums` + 2 vectors: two factors, which are read, then the sums, which are read and
  ///     written.
  package typealias Function =
    @Sendable (
      _ turns: Int, _ values: UnsafeMutablePointer<Float>
    ) -> Void

  package let name: String
  package let instructionSet: InstructionSet
  /// Independent sums: enough for every multiply-add unit to start one a cycle.
  package let sums: Int
  package let registers: Int
  package let function: Function

  package init(
    name: String, instructionSet: InstructionSet, sums: Int, registers: Int,
    function: @escaping Function
  ) {
    self.name = name
    self.instructionSet = instructionSet
    self.sums = sums
    self.registers = registers
    self.function = function
  }

  /// Values behind the function's pointer.
  package var elements: Int { (sums + 2) * instructionSet.lanes }

  /// Multiply-adds of single values in one turn.
  package var multiplyAddsPerTurn: Int { sums * instructionSet.lanes }
}
