import FastViT
import FastViTCommandLine
import Foundation

/// The files that one run writes; after a failure none of them appears.
struct OutputFiles {
  private let folder: String?
  private var outputs: [TensorFile.Output] = []

  /// A set without files. `folder` holds some of them; it is created if it does not exist.
  init(folder: String?) {
    var name = folder
    // The name of a folder may end with slashes, that of a file may not.
    while let path = name, path.count > 1, path.hasSuffix("/") { name?.removeLast() }
    self.folder = name
  }

  /// Checks before a long run that the file at `path` and the folder can be written.
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

  /// Writes all files that were added.
  func write() throws(CommandFailure) {
    let madeFolder = try makeFolder()
    do {
      try TensorFile.write(outputs)
    } catch {
      if let madeFolder { rmdir(madeFolder) }
      throw CommandFailure(error)
    }
  }

  /// Creates the folder and returns its path; nil where it exists or there is none.
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
