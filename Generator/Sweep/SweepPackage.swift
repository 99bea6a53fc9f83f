import Foundation
import KernelContract

/// A copy of the repository in which other kernels lie: links to everything that is written by hand,
/// and what a sweep's plan makes in the generated folders. Building it is the repository's own build,
/// with the same flags, and its `fastvit-bench` is the one that times.
struct SweepPackage {
  /// The repository's folder.
  let repository: String

  /// The copy's; its build is kept, so that the next sweep compiles only what differs.
  var root: String { repository + "/.build/sweep" }

  /// The problems.
  var shapes: String { root + "/shapes.txt" }
  /// The tool that times, once it is built.
  var runner: String { root + "/.build/release/fastvit-bench" }

  /// Writes what differs from `sweep`.
  func write(_ sweep: SweepPlan) throws(SweepFailure) {
    do {
      try mirror("")
      _ = try GeneratedTree(root: root).update(to: sweep.files)
      let problems = sweep.problems.map { "\($0)\n" }.joined()
      try Data(problems.utf8).write(to: URL(fileURLWithPath: shapes), options: .atomic)
    } catch {
      throw SweepFailure(.cannotCreate, "\(root): cannot be written: \(error)")
    }
  }

  /// What the copy has of its own.
  private static let own = GeneratedTree.folders + [CandidateList.path]

  /// Links the entries of a folder of the repository but for the hidden ones and the copy's own; a folder
  /// with some of these below is made, and its entries linked.
  private func mirror(_ folder: String) throws {
    let files = FileManager.default
    let copy = root + "/" + folder
    try files.createDirectory(atPath: copy, withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: copy) {
      let path = copy + "/" + name
      let isLink = (try? files.destinationOfSymbolicLink(atPath: path)) != nil
      if isLink { try files.removeItem(atPath: path) }
    }
    for name in try files.contentsOfDirectory(atPath: repository + "/" + folder)
    where !name.hasPrefix(".") {
      let path = folder.isEmpty ? name : folder + "/" + name
      if Self.own.contains(path) { continue }
      if Self.own.contains(where: { $0.hasPrefix(path + "/") }) {
        try mirror(path)
      } else {
        try files.createSymbolicLink(
          atPath: root + "/" + path, withDestinationPath: repository + "/" + path)
      }
    }
  }
}
