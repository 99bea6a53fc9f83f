import CommandLineTool
import FastViT
import Foundation

/// The files that one run writes: all of them or, after a failure, none.
struct OutputFiles: ~Copyable {
  private let folder: String?
  private var created: [String] = []

  /// Files beside each other, and some in `folder`, which is made when the first is written.
  init(folder: String?) {
    self.folder = folder
  }

  /// Finds out before a long run whether `path` can be written.
  func checkWritable(_ path: String) throws(CommandFailure) {
    let parent = (path as NSString).deletingLastPathComponent
    let directory = parent.isEmpty ? "." : parent
    guard !Self.isFolder(path), Self.isFolder(directory), access(directory, W_OK) == 0 else {
      throw CommandFailure(
        .cannotCreate, "\(path): found no folder that can be written to, or a folder of that name")
    }
  }

  /// Writes `values` into the folder.
  mutating func writeInFolder(
    _ name: String, _ values: [Float], shape: [Int]
  ) throws(CommandFailure) {
    guard let folder else { preconditionFailure("no folder was asked for") }
    try makeFolder(folder)
    try write(folder + "/" + name, values, shape: shape)
  }

  private mutating func makeFolder(_ folder: String) throws(CommandFailure) {
    guard !Self.isFolder(folder) else { return }
    guard mkdir(folder, 0o777) == 0 else {
      throw CommandFailure(
        .cannotCreate, "\(folder): cannot create the folder: \(String(cString: strerror(errno)))")
    }
    created.append(folder)
  }

  /// Writes `values` to `path`; if that fails, removes what was written before.
  mutating func write(_ path: String, _ values: [Float], shape: [Int]) throws(CommandFailure) {
    do {
      try TensorFile.write(values, shape: shape, to: path)
    } catch {
      removeAll()
      throw CommandFailure(error)
    }
    created.append(path)
  }

  /// Removes all that was created, last first.
  private mutating func removeAll() {
    while let path = created.popLast() { remove(path) }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
