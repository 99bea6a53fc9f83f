import FastViTOperations

/// An instruction set as the emitters see it: which module its kernels go to, and what they may use.
struct Target: Sendable {
  let instructionSet: InstructionSet
  /// The folder under `Kernels`, and the end of the module's name.
  let name: String
  /// The Swift type of a vector register, as text.
  let vector: String
  /// The compilation condition under which the catalogue may name the module; nil where always.
  let condition: String?
  /// Whether a multiply-add can take a whole vector from memory.
  let loadsOperands: Bool
  /// How machine code of the module is read; nil where a multiply-add is not one instruction.
  let dialect: AssemblyScan.Dialect?

  var module: String { "FastViTKernels" + name }
  var lanes: Int { instructionSet.lanes }
  var registers: Int { instructionSet.registers }

  /// The path of a file of the module, from the root of the repository.
  func path(_ file: String) -> String { "Kernels/\(name)/\(file).swift" }

  static let avx512 = Target(
    instructionSet: .avx512, name: "AVX512", vector: "SIMD16<Float>",
    condition: "arch(x86_64)", loadsOperands: true, dialect: .x86(register: "zmm"))
  static let avx2 = Target(
    instructionSet: .avx2, name: "AVX2", vector: "SIMD8<Float>",
    condition: "arch(x86_64)", loadsOperands: true, dialect: .x86(register: "ymm"))
  static let neon = Target(
    instructionSet: .neon, name: "NEON", vector: "SIMD4<Float>",
    condition: "arch(arm64)", loadsOperands: false, dialect: .arm)
  static let portable = Target(
    instructionSet: .portable, name: "Portable", vector: "SIMD8<Float>",
    condition: nil, loadsOperands: false, dialect: nil)

  /// Preferred ones first.
  static let all = [avx512, avx2, neon, portable].sorted {
    $0.instructionSet.isPreferred(to: $1.instructionSet)
  }
}
