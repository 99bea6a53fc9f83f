// swift-tools-version: 6.3
import PackageDescription

/// What the code of a target does most of the time, which decides how it is compiled.
enum CodeKind {
  /// Ordinary code: whatever the build configuration says.
  case ordinary
  /// Loops over tensors, and what hands out their tasks: optimised in debug builds too, so that
  /// `swift test` stays usable.
  case numeric
  /// Generated kernels: for one instruction set, always optimised, with preconditions as promises,
  /// and as a whole module, because helpers of one file must inline into all others.
  case kernels(InstructionSet)

  /// Threads make one object per file, as SwiftPM expects of debug builds; batches would be ignored.
  private static let wholeModule = ["-wmo", "-num-threads", "2", "-disable-batch-mode"]

  /// For the one operation that the standard library lacks on whole vectors (see `Kernels/*/Vector`).
  private static let builtin = ["-enable-experimental-feature", "BuiltinModule"]

  /// The flags that it is compiled with. SwiftPM lets a package that is depended upon by version have unsafe
  /// ones since tools version 6.2.
  var settings: [SwiftSetting] {
    switch self {
    case .ordinary: []
    case .numeric: [.unsafeFlags(["-O"])]
    case .kernels(let instructionSet):
      [.unsafeFlags(["-Ounchecked"] + Self.wholeModule + Self.builtin + instructionSet.flags)]
    }
  }
}

/// The instruction sets that kernels are generated for.
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

  /// The module of this instruction set's kernels.
  var module: String { moduleName("Kernels" + rawValue) }
}

/// The module of the room called `name`: it has the package's name before it, so that it collides with no
/// module of a client's graph.
func moduleName(_ name: String) -> String {
  name.hasPrefix("FastViT") ? name : "FastViT" + name
}

/// The modules of rooms, as dependencies.
func modules(_ rooms: [String]) -> [Target.Dependency] {
  rooms.map { .byName(name: moduleName($0)) }
}

/// A room of the house (see ARCHITECTURE.md): a module that is called after its folder in `Sources`.
///
/// What a room imports stands in `.ci/rooms`, which `.ci/check-imports` holds these against.
func room(_ name: String, _ kind: CodeKind = .ordinary, imports: [String] = []) -> Target {
  .target(
    name: moduleName(name),
    dependencies: modules(imports),
    path: "Sources/" + name,
    swiftSettings: kind.settings)
}

/// A room that is a program, in any folder; `files` are not compiled.
func program(
  _ name: String, in folder: String, _ kind: CodeKind = .ordinary, imports: [String],
  files: [String] = []
) -> Target {
  .executableTarget(
    name: moduleName(name),
    dependencies: modules(imports),
    path: folder,
    exclude: files,
    swiftSettings: kind.settings)
}

/// The generated kernels of one instruction set, in `Kernels/<name>`.
func kernels(_ instructionSet: InstructionSet) -> Target {
  .target(
    name: instructionSet.module,
    path: "Kernels/" + instructionSet.rawValue,
    swiftSettings: CodeKind.kernels(instructionSet).settings)
}

/// The tests of one room, in the folder of its name in `Tests`, or in another one; `files` are read at run
/// time and not compiled.
func tests(
  of name: String, in folder: String? = nil, using others: [String] = [], files: [String] = []
) -> Target {
  .testTarget(
    name: moduleName(name) + "Tests",
    dependencies: modules([name, "TestSupport"] + others),
    path: "Tests/" + (folder ?? name),
    exclude: files)
}

let package = Package(
  name: "fastvit",
  // The first systems whose standard library has `InlineArray`; the others' `Span` and atomics are older.
  // Without watchOS, where `Int` may have 32 bits.
  platforms: [.macOS(.v26), .iOS(.v26), .tvOS(.v26), .visionOS(.v26)],
  products: [
    .library(name: "FastViT", targets: ["FastViT"]),
    .executable(name: "fastvit", targets: ["FastViTTool"]),
    .executable(name: "fastvit-bench", targets: ["FastViTBench"]),
    .executable(name: "kernelgen", targets: ["FastViTKernelGenerator"]),
  ],
  targets: InstructionSet.buildable.map(kernels) + [
    .systemLibrary(name: moduleName("CPUShims"), path: "Sources/CPUShims"),
    room("CPU", imports: ["CPUShims"]),
    room("Operations", .numeric, imports: ["CPU"]),
    room(
      "Catalogue", .numeric,
      imports: ["CPU", "Operations"] + InstructionSet.buildable.map(\.module)),
    room("Scheduler", .numeric, imports: ["CPU", "CPUShims"]),
    room("Measurement", imports: ["Catalogue", "Operations", "Scheduler"]),
    room("Files", .numeric),
    room("Images", .numeric),
    room("Network", .numeric, imports: ["Files", "Images", "Operations"]),
    room(
      "Execution", .numeric, imports: ["CPU", "Operations", "Catalogue", "Scheduler", "Network"]),
    room(
      "Tuning",
      imports: [
        "Files", "CPU", "Execution", "Catalogue", "Operations", "Measurement", "Network",
        "Scheduler",
      ]),
    room(
      "FastViT",
      imports: [
        "Files", "CPU", "Execution", "Images", "Catalogue", "Operations", "Network", "Scheduler",
        "Tuning",
      ]),
    room("CommandLine"),
    program("Tool", in: "Sources/Tool", imports: ["CommandLine", "FastViT", "Measurement"]),
    program(
      "KernelGenerator", in: "Generator", imports: ["CPU", "Operations"], files: ["Mathematics"]),
    program(
      "Bench", in: "Benchmarks", .numeric,
      imports: [
        "CommandLine", "CPU", "FastViT", "Catalogue", "Operations", "Measurement", "Scheduler",
      ],
      files: ["Distributed", "Peers", "Records", "Shapes"]),

    .target(
      name: moduleName("TestSupport"), dependencies: modules(["Operations"]),
      path: "Tests/TestSupport",
      swiftSettings: CodeKind.numeric.settings),
    .target(name: moduleName("AllocationCount"), path: "Tests/AllocationCount"),
    tests(
      of: "KernelGenerator", in: "Generator", using: ["CPU", "Operations"], files: ["Snapshots"]),
    tests(of: "CPU"),
    tests(
      of: "Bench", in: "Benchmarks",
      using: ["CPU", "CommandLine", "Catalogue", "Operations", "Measurement", "Scheduler"]),
    tests(of: "Operations"),
    tests(of: "Catalogue", using: ["Operations"]),
    tests(of: "Scheduler"),
    tests(of: "Measurement", using: ["Catalogue", "Operations"]),
    tests(of: "Files", files: ["Fixtures"]),
    tests(of: "Images", files: ["Goldens", "make_goldens.py"]),
    tests(of: "Network", using: ["Files", "Images", "Operations"], files: ["Keys"]),
    tests(
      of: "Execution",
      using: ["Files", "Catalogue", "Operations", "Network", "Scheduler"]),
    tests(
      of: "Tuning",
      using: [
        "Files", "Execution", "Catalogue", "Operations", "Measurement", "Network", "Scheduler",
      ]),
    tests(
      of: "FastViT",
      using: [
        "AllocationCount", "Files", "Execution", "Images", "Operations", "Network", "Scheduler",
        "Tuning",
      ]),
    tests(of: "CommandLine"),
    tests(
      of: "Tool",
      using: [
        "Files", "CommandLine", "Execution", "FastViT", "Catalogue", "Operations", "Measurement",
        "Network",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
