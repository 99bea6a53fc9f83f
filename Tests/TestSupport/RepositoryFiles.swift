import Foundation

/// Files of the repository that tests read, found from this source file's place.
package enum RepositoryFiles {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a file, given from the root of the repository.
  package static func path(_ relative: String) -> String {
    root.appendingPathComponent(relative).path
  }
}

/// A folder for one test's files, which is deleted with the value.
package final class ScratchFolder: Sendable {
  /// The absolute path of the folder.
  package let path: String

  /// A new, empty folder among the system's temporary files.
  package init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("fastvit-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of `name` inside the folder.
  package func file(_ name: String) -> String { path + "/" + name }

  /// The names of all files and folders in the folder.
  package var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path) }
  }
}
