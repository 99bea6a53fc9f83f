// swift-tools-version: 6.3
import PackageDescription

/// What a target's code does most of the time, which decides how it is compiled.
enum Workload {
  /// Ordinary code: whatever the build configuration says.
  case ordinary
  /// Loops over tensors, and what hands out their tiles: optimised in debug builds too, so that
  /// `swift test` stays usable.
  case numeric
  /// Generated kernels: for one instruction set, always optimised, with preconditions as promises,
  /// and as a whole module, because helpers of one file must inline into all others.
  case kernels(InstructionSet)

  /// Threads make an object a file, as SwiftPM expects of debug builds; batches would be ignored.
  private static let wholeModule = ["-wmo", "-num-threads", "2", "-disable-batch-mode"]

  /// For the one operation that the standard library lacks on whole vectors (see `Kernels/*/Vector`).
  private static let builtin = ["-enable-experimental-feature", "BuiltinModule"]

  var settings: [SwiftSetting] {
    switch self {
    case .ordinary: []
    case .numeric: [.unsafeFlags(["-O"])]
    case .kernels(let instructionSet):
      [.unsafeFlags(["-Ounchecked"] + Self.wholeModule + Self.builtin + instructionSet.flags)]
    }
  }
}

/// The instruction sets that kernels are generated for (see `KernelContract`).
enum InstructionSet: String {
  case avx512 = "AVX512"
  case avx2 = "AVX2"
  case neon = "NEON"
  case portable = "Portable"

  /// Features are chosen for a whole module, through the importer of C.
  var flags: [String] {
    switch self {
    case .avx512: ["-Xcc", "-march=x86-64-v4"]
    case .avx2: ["-Xcc", "-march=x86-64-v3"]
    case .neon, .portable: []
    }
  }

  /// Those whose modules the host can build.
  #if arch(x86_64)
    static let buildable: [InstructionSet] = [.avx512, .avx2, .portable]
  #elseif arch(arm64)
    static let buildable: [InstructionSet] = [.neon, .portable]
  #else
    static let buildable: [InstructionSet] = [.portable]
  #endif

  var module: String { "Kernels" + rawValue }
}

/// One room of the house (see ARCHITECTURE.md): a module in `Sources/<name>`.
func room(_ name: String, _ workload: Workload = .ordinary, imports: [String] = []) -> Target {
  .target(
    name: name,
    dependencies: imports.map { .byName(name: $0) },
    swiftSettings: workload.settings)
}

/// The generated kernels of one instruction set: a module in `Kernels/<name>` that imports nothing.
func kernels(_ instructionSet: InstructionSet) -> Target {
  .target(
    name: instructionSet.module,
    path: "Kernels/" + instructionSet.rawValue,
    swiftSettings: Workload.kernels(instructionSet).settings)
}

/// The tests of one room, in `Tests/<folder>`, where the folder has the room's name if none is given;
/// `files` are read at run time and not compiled.
func tests(
  of room: String, in folder: String? = nil, using others: [String] = [], files: [String] = []
) -> Target {
  .testTarget(
    name: room + "Tests",
    dependencies: ([room, "TestSupport"] + others).map { .byName(name: $0) },
    path: "Tests/" + (folder ?? room),
    exclude: files)
}

let package = Package(
  name: "fastvit",
  products: [
    .library(name: "FastViT", targets: ["FastViT"]),
    .executable(name: "fastvit", targets: ["fastvit"]),
  ],
  targets: InstructionSet.buildable.map(kernels) + [
    .systemLibrary(name: "CPUShims"),
    room("CPU", imports: ["CPUShims"]),
    room("KernelContract"),
    room("ReferenceKernels", .numeric, imports: ["KernelContract"]),
    room(
      "KernelCatalog", .numeric,
      imports: ["CPU", "KernelContract"] + InstructionSet.buildable.map(\.module)),
    room("Scheduler", .numeric, imports: ["CPU", "CPUShims"]),
    room("Measurement", imports: ["KernelCatalog", "KernelContract", "Scheduler"]),
    room("Checkpoints", .numeric),
    room("Images", .numeric),
    room("Network", .numeric, imports: ["Checkpoints", "KernelContract"]),
    room(
      "Execution", .numeric,
      imports: [
        "CPU", "KernelContract", "KernelCatalog", "ReferenceKernels", "Scheduler", "Network",
      ]),
    room(
      "Tuning",
      imports: [
        "Checkpoints", "CPU", "Execution", "KernelCatalog", "KernelContract", "Measurement",
        "Network", "Scheduler",
      ]),
    room(
      "FastViT",
      imports: [
        "Checkpoints", "CPU", "Execution", "Images", "KernelCatalog", "KernelContract", "Network",
        "Scheduler", "Tuning",
      ]),
    room("CommandLineTool"),
    .executableTarget(
      name: "fastvit", dependencies: ["CommandLineTool", "FastViT", "Measurement"]),
    .executableTarget(
      name: "kernelgen", dependencies: ["CPU", "KernelContract"], path: "Generator",
      exclude: ["Mathematics"]),
    .executableTarget(
      name: "fastvit-bench",
      dependencies: [
        "CommandLineTool", "CPU", "FastViT", "KernelCatalog", "KernelContract", "Measurement",
        "ReferenceKernels", "Scheduler",
      ],
      path: "Benchmarks",
      exclude: ["Peers", "Records", "Shapes"],
      swiftSettings: Workload.numeric.settings),

    .target(
      name: "TestSupport", path: "Tests/TestSupport", swiftSettings: Workload.numeric.settings),
    .target(name: "AllocationCount", path: "Tests/AllocationCount"),
    tests(
      of: "kernelgen", in: "Generator", using: ["CPU", "KernelContract"], files: ["Snapshots"]),
    tests(of: "CPU"),
    .testTarget(
      name: "BenchmarksTests",
      dependencies: [
        "fastvit-bench", "CPU", "CommandLineTool", "KernelCatalog", "KernelContract", "Measurement",
        "Scheduler", "TestSupport",
      ],
      path: "Tests/Benchmarks"),
    tests(of: "KernelContract"),
    tests(of: "ReferenceKernels", using: ["KernelContract"]),
    tests(of: "KernelCatalog", using: ["KernelContract", "ReferenceKernels"]),
    tests(of: "Scheduler"),
    tests(of: "Measurement", using: ["KernelCatalog", "KernelContract"]),
    tests(of: "Checkpoints", files: ["Fixtures"]),
    tests(of: "Images", files: ["Goldens", "make_goldens.py"]),
    tests(of: "Network", using: ["Checkpoints", "KernelContract"], files: ["Keys"]),
    tests(
      of: "Execution",
      using: ["Checkpoints", "KernelCatalog", "KernelContract", "Network", "Scheduler"]),
    tests(
      of: "Tuning",
      using: [
        "Checkpoints", "Execution", "KernelCatalog", "KernelContract", "Measurement", "Network",
        "Scheduler",
      ]),
    tests(
      of: "FastViT",
      using: [
        "AllocationCount", "Checkpoints", "Execution", "Images", "KernelContract", "Network",
        "Scheduler", "Tuning",
      ]),
    tests(of: "CommandLineTool"),
    tests(
      of: "fastvit",
      using: [
        "Checkpoints", "CommandLineTool", "Execution", "FastViT", "KernelCatalog",
        "KernelContract", "Measurement", "Network",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
