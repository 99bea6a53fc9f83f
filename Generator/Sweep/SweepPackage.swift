import FastViTOperations
import Foundation

/// A copy of the repository with a sweep's kernels: links to everything that is written by hand, and the
/// files of the sweep's plan in the generated folders. The copy is built as the repository is, with the
/// same flags, and its `fastvit-bench` times the kernels.
struct SweepPackage {
  /// The repository's folder.
  let repository: String

  /// The copy's folder. Its build is kept, so that the next sweep compiles only what differs.
  var root: String { repository + "/.build/sweep" }

  /// The path of the copy's file of problems.
  var shapes: String { root + "/shapes.txt" }
  /// The path of the tool that times, once it is built.
  var runner: String { root + "/.build/release/fastvit-bench" }

  /// Makes the copy, and writes those files of `sweep` that differ.
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

  /// The paths that are files of the copy and no links.
  private static let own = GeneratedTree.folders + [SweptKernelList.path]

  /// Links the entries of a folder of the repository, without the hidden ones and those in `own`. A folder
  /// that contains a path of `own` is created, and its entries are linked.
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
