/// A kernel as `kernelgen list --json` describes it.
package struct PlannedKernel: Decodable, Sendable {
  /// The name of the function.
  package let name: String
  /// The type of the descriptor, such as `PointwiseKernel`.
  package let descriptor: String
  /// The short name of the instruction set.
  package let instructionSet: String
  /// The epilogue; nil where there is none.
  package let epilogue: String?
  /// The other arguments of the descriptor's initialiser, as source text, by label.
  package let arguments: [String: String]

  /// The integer given for `label`; zero where there is none.
  func integer(_ label: String) -> Int { arguments[label].flatMap { Int($0) } ?? 0 }

  /// The enumeration's case given for `label`, written `.gelu`.
  func choice<Choice: RawRepresentable<String>>(_ label: String, _: Choice.Type) -> Choice? {
    arguments[label].flatMap { Choice(rawValue: String($0.drop { $0 == "." })) }
  }

  /// What the kernel does with a finished result.
  var afterwards: Epilogue { epilogue.flatMap { Epilogue(rawValue: $0) } ?? .bias }
}

extension KernelCatalogue {
  /// Kernels that note their calls in `recorder`, for an instruction set that this machine need not have.
  /// Planned kernels that no family has, such as the peak's, are left out.
  package init(
    planned: [PlannedKernel], on instructionSet: InstructionSet, recordedBy recorder: CallRecorder
  ) {
    self.init()
    for kernel in planned {
      for family in OperationFamilies.all {
        guard let kernel = family.recordingKernel(kernel, on: instructionSet, by: recorder) else {
          continue
        }
        add(one: kernel)
      }
    }
  }
}
