import Foundation

/// The generated files as they lie in a working tree, compared with what the plan makes.
struct GeneratedTree {
  /// The folders that hold nothing but generated files.
  static let folders = ["Kernels", CatalogueEmitter.folder]

  /// The root of the repository.
  let root: String

  /// One way in which the tree differs from the plan.
  enum Drift: Equatable, CustomStringConvertible {
    case missing(String)
    case changed(String)
    /// A file in a generated folder that no row of the plan makes.
    case orphan(String)

    var path: String {
      switch self {
      case .missing(let path), .changed(let path), .orphan(let path): path
      }
    }

    var description: String {
      switch self {
      case .missing(let path): "missing: \(path)"
      case .changed(let path): "changed: \(path)"
      case .orphan(let path): "orphan: \(path)"
      }
    }
  }

  /// Every difference between the tree and `files`, sorted by path.
  func drift(from files: [KernelFile]) throws -> [Drift] {
    let planned = Set(files.map(\.path))
    var drift = try present().filter { !planned.contains($0) }.map(Drift.orphan)
    for file in files {
      guard let found = FileManager.default.contents(atPath: absolute(file.path)) else {
        drift.append(.missing(file.path))
        continue
      }
      if found != Data(file.text.utf8) { drift.append(.changed(file.path)) }
    }
    return drift.sorted { $0.path < $1.path }
  }

  /// Makes the tree equal to `files`, touching only what differs, and returns what did.
  func update(to files: [KernelFile]) throws -> [Drift] {
    let drift = try drift(from: files)
    let texts = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.text) })
    for difference in drift {
      let url = URL(fileURLWithPath: absolute(difference.path))
      guard let text = texts[difference.path] else {
        try FileManager.default.removeItem(at: url)
        continue
      }
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url, options: .atomic)
    }
    return drift
  }

  /// The files in the generated folders, whatever their kind.
  private func present() throws -> [String] {
    var paths: [String] = []
    for folder in Self.folders {
      guard let walk = FileManager.default.enumerator(atPath: absolute(folder)) else { continue }
      for case let name as String in walk {
        var isFolder: ObjCBool = false
        let path = folder + "/" + name
        if FileManager.default.fileExists(atPath: absolute(path), isDirectory: &isFolder),
          !isFolder.boolValue
        {
          paths.append(path)
        }
      }
    }
    return paths
  }

  private func absolute(_ path: String) -> String { root + "/" + path }
}
