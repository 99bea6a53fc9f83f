/// What all kernel descriptors have in common.
///
/// A kernel is one generated function. It never allocates, never schedules, and never asks what CPU it
/// runs on; it reads and writes nothing outside the operands its family describes. Its descriptor says
/// everything a scheduler needs.
package protocol Kernel: Sendable {
  /// The function's name: operation, types, tile, epilogue.
  var name: String { get }
  var instructionSet: InstructionSet { get }
  /// Vector registers that live at once in the innermost loop.
  var registers: Int { get }
}
