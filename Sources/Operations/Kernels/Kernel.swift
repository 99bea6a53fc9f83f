/// What all kernel descriptors have in common.
///
/// A kernel is one generated function on raw pointers and integers. It allocates nothing, starts no threads
/// and does not ask which CPU it runs on; it reads and writes nothing but the operands that its function type
/// describes, and keeps no pointer after the call. Its descriptor says everything that choosing and calling
/// it takes.
package protocol Kernel: Sendable {
  /// The function's name; NAMING.md has the grammar.
  var name: String { get }

  /// The vector instructions that the machine must have.
  var instructionSet: InstructionSet { get }

  /// What the kernel's products are computed in.
  var precision: Precision { get }

  /// What the kernel does with a finished result before it stores it; `bias` where nothing.
  var epilogue: Epilogue { get }

  /// Vector registers that the innermost loop needs at the same time.
  var registers: Int { get }

  /// Types and layouts of the operands.
  var operands: KernelOperands { get }
}

extension Kernel {
  package var precision: Precision { .f32 }
  package var epilogue: Epilogue { .bias }

  /// Whether the kernel is one of `set` with the precision and the epilogue of `problem`.
  func isMeant(for problem: OperationProblem, on set: InstructionSet) -> Bool {
    epilogue == problem.epilogue && precision == problem.precision && instructionSet == set
  }
}
