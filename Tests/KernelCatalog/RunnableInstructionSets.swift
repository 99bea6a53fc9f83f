import KernelCatalog
import KernelContract

extension InstructionSet {
  /// Whether kernels for this instruction set run on the machine that tests.
  var runsHere: Bool { KernelCatalog.isAvailable(self) }
}
