// swift-tools-version: 6.2
import PackageDescription

/// What a target's code does most of the time, which decides how it is compiled.
enum Workload {
  /// Ordinary code: whatever the build configuration says.
  case ordinary
  /// Loops over tensors: optimised in debug builds too, so that `swift test` stays usable.
  case numeric

  var settings: [SwiftSetting] {
    switch self {
    case .ordinary: []
    case .numeric: [.unsafeFlags(["-O"])]
    }
  }
}

/// One room of the house (see ARCHITECTURE.md): a module in `Sources/<name>`.
func room(_ name: String, _ workload: Workload = .ordinary, imports: [String] = []) -> Target {
  .target(
    name: name,
    dependencies: imports.map { .byName(name: $0) },
    swiftSettings: workload.settings)
}

/// The tests of one room, in `Tests/<room>`; `files` are read at run time and not compiled.
func tests(of room: String, using others: [String] = [], files: [String] = []) -> Target {
  .testTarget(
    name: room + "Tests",
    dependencies: ([room, "TestSupport"] + others).map { .byName(name: $0) },
    path: "Tests/" + room,
    exclude: files)
}

let package = Package(
  name: "fastvit",
  products: [
    .library(name: "FastViT", targets: ["FastViT"]),
    .executable(name: "fastvit", targets: ["fastvit"]),
  ],
  targets: [
    .systemLibrary(name: "CPUShims"),
    room("CPU", imports: ["CPUShims"]),
    room("KernelContract"),
    room("ReferenceKernels", .numeric, imports: ["KernelContract"]),
    room("Scheduler", imports: ["CPU"]),
    room("Checkpoints", .numeric),
    room("Images", .numeric),
    room("Network", .numeric, imports: ["Checkpoints", "KernelContract"]),
    room(
      "Execution", .numeric,
      imports: ["KernelContract", "ReferenceKernels", "Scheduler", "Network"]),
    room(
      "FastViT",
      imports: [
        "Checkpoints", "CPU", "Execution", "Images", "KernelContract", "Network", "Scheduler",
      ]),
    room("CommandLineTool"),
    .executableTarget(name: "fastvit", dependencies: ["CommandLineTool", "FastViT"]),

    .target(name: "TestSupport", path: "Tests/TestSupport"),
    tests(of: "CPU"),
    tests(of: "ReferenceKernels", using: ["KernelContract"]),
    tests(of: "Scheduler"),
    tests(of: "Checkpoints", files: ["Fixtures"]),
    tests(of: "Images", files: ["Goldens", "make_goldens.py"]),
    tests(of: "Network", using: ["Checkpoints", "KernelContract"], files: ["Keys"]),
    tests(of: "Execution", using: ["Checkpoints", "KernelContract", "Network", "Scheduler"]),
    tests(of: "FastViT"),
    tests(of: "CommandLineTool"),
    tests(of: "fastvit", using: ["Checkpoints", "CommandLineTool", "FastViT", "Network"]),
  ],
  swiftLanguageModes: [.v6]
)
