import CommandLineTool
import FastViT
import Foundation

/// The files that one run writes: all of them or, after a failure, none.
struct OutputFiles {
  private let folder: String?
  private var outputs: [TensorFile.Output] = []

  /// Files beside each other, and some in `folder`, which is made if it does not exist.
  init(folder: String?) {
    var name = folder
    // A folder may be written with slashes at its end, a file not.
    while let path = name, path.count > 1, path.hasSuffix("/") { name?.removeLast() }
    self.folder = name
  }

  /// Finds out before a long run whether `path`, and the folder, can be written.
  func checkWritable(_ path: String) throws(CommandFailure) {
    if let folder, !Self.isFolder(folder), FileManager.default.fileExists(atPath: folder) {
      throw CommandFailure(.cannotCreate, "\(folder): found a file, expected a folder")
    }
    try reportingFailure { () throws(FastViTError) in
      let inFolder = folder.map { Self.isFolder($0) ? $0 + "/stage1.npy" : $0 }
      try TensorFile.checkWritable([path] + [inFolder].compactMap(\.self))
    }
  }

  /// Adds `values` for `path`.
  mutating func append(_ path: String, shape: [Int], _ values: [Float]) {
    outputs.append(TensorFile.Output(path, shape: shape, values))
  }

  /// Adds `values` for the file `name` in the folder.
  mutating func appendInFolder(_ name: String, shape: [Int], _ values: [Float]) {
    guard let folder else { preconditionFailure("no folder was asked for") }
    append(folder + "/" + name, shape: shape, values)
  }

  /// Writes all that was added.
  func write() throws(CommandFailure) {
    let madeFolder = try makeFolder()
    do {
      try TensorFile.write(outputs)
    } catch {
      if let madeFolder { rmdir(madeFolder) }
      throw CommandFailure(error)
    }
  }

  /// Makes the folder; nil if there is none to make.
  private func makeFolder() throws(CommandFailure) -> String? {
    guard let folder, !Self.isFolder(folder) else { return nil }
    guard mkdir(folder, 0o777) == 0 else {
      throw CommandFailure(
        .cannotCreate, "\(folder): cannot create the folder: \(String(cString: strerror(errno)))")
    }
    return folder
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
