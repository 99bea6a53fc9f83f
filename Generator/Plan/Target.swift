import KernelContract

/// An instruction set as the emitters see it: which module its kernels go to, and what they may use.
struct Target: Sendable {
  let instructionSet: InstructionSet
  /// The folder under `Kernels`, and the end of the module's name.
  let name: String
  /// The element type of every register.
  let vector: String
  /// The compilation condition under which the catalogue may name the module; nil where always.
  let condition: String?

  var module: String { "Kernels" + name }
  var lanes: Int { instructionSet.lanes }
  var registers: Int { instructionSet.registers }

  /// The path of a file of the module, from the root of the repository.
  func path(_ file: String) -> String { "Kernels/\(name)/\(file).swift" }

  static let avx512 = Target(
    instructionSet: .avx512, name: "AVX512", vector: "SIMD16<Float>",
    condition: "arch(x86_64)")
  static let avx2 = Target(
    instructionSet: .avx2, name: "AVX2", vector: "SIMD8<Float>",
    condition: "arch(x86_64)")
  static let neon = Target(
    instructionSet: .neon, name: "NEON", vector: "SIMD4<Float>",
    condition: "arch(arm64)")
  static let portable = Target(
    instructionSet: .portable, name: "Portable", vector: "SIMD8<Float>",
    condition: nil)

  /// Best first.
  static let all = [avx512, avx2, neon, portable]
}
