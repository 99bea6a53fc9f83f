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

  /// A file or folder that cannot be read or written, and why.
  struct Failure: Error, CustomStringConvertible {
    let description: String

    fileprivate init(_ path: String, _ error: any Error) {
      description = "\(path): \(error.localizedDescription)"
    }
  }

  /// Every difference between the tree and `files`, sorted by path.
  func drift(from files: [KernelFile]) throws(Failure) -> [Drift] {
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

  /// Makes the tree equal to `files`, writes only what differs, and returns the differences.
  func update(to files: [KernelFile]) throws(Failure) -> [Drift] {
    let drift = try drift(from: files)
    let texts = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.text) })
    for difference in drift {
      do {
        try write(texts[difference.path], to: URL(fileURLWithPath: absolute(difference.path)))
      } catch {
        throw Failure(difference.path, error)
      }
    }
    return drift
  }

  /// Writes a file, or deletes it where it has no text.
  private func write(_ text: String?, to url: URL) throws {
    guard let text else { return try FileManager.default.removeItem(at: url) }
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url, options: .atomic)
  }

  /// The files in the generated folders, whatever their kind. A link counts as a file, wherever it leads,
  /// because a build follows it.
  private func present() throws(Failure) -> [String] {
    let manager = FileManager.default
    var paths: [String] = []
    var folders = Self.folders.filter { manager.fileExists(atPath: absolute($0)) }
    while let folder = folders.popLast() {
      do {
        for name in try manager.contentsOfDirectory(atPath: absolute(folder)) {
          let path = folder + "/" + name
          let kind = try manager.attributesOfItem(atPath: absolute(path))[.type]
          if kind as? FileAttributeType == .typeDirectory {
            folders.append(path)
          } else {
            paths.append(path)
          }
        }
      } catch {
        throw Failure(folder, error)
      }
    }
    return paths
  }

  private func absolute(_ path: String) -> String { root + "/" + path }
}
