import Foundation

/// The file that an output path leads to, and how that file is written.
package struct OutputPlace {
  /// The path with all links followed, whether or not the file exists; two paths to one file have the
  /// same target. A target that is written directly keeps its path.
  let target: String
  /// Whether bytes go straight to the target because no new file can replace it: a terminal, a pipe, a
  /// device, or an open file of this process, such as `/dev/stdout`.
  let isWrittenDirectly: Bool

  /// The folder of the target with a slash at its end; empty for the current folder.
  var folder: String { Self.folder(of: target) }

  /// The place that `path` leads to.
  ///
  /// - Throws: `FileError` if `path` is empty or a folder, or its links form a loop.
  init(_ path: String) throws(FileError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    guard !path.isEmpty, !path.hasSuffix("/"), !exists || kind != S_IFDIR else {
      throw FileError(
        .cannotCreate,
        file: path,
        found: path.isEmpty ? "no name" : "a folder",
        expected: "a file name"
      )
    }
    isWrittenDirectly = exists && (kind != S_IFREG || Self.isDescriptor(path))
    target = isWrittenDirectly ? path : Self.withTrueFolder(try Self.followingLinks(path))
  }

  /// Checks that a file can be made at each of `paths` and that no two lead to the same file, so that a
  /// long run can fail before it begins.
  ///
  /// - Throws: `FileError` for the first path that fails.
  package static func check(_ paths: [String]) throws(FileError) {
    var targets: Set<String> = []
    for path in paths {
      let place = try OutputPlace(path)
      let written = place.isWrittenDirectly ? place.target : place.folder + "."
      guard access(written, W_OK) == 0 else { throw failure(errno, at: path) }
      guard targets.insert(place.target).inserted else { throw shared(path) }
    }
  }

  /// The error of giving two results to the file at `path`.
  package static func shared(_ path: String) -> FileError {
    FileError(
      .cannotCreate, file: path, found: "two results for this file", expected: "one")
  }

  /// The error of creating the file at `path`, for the system's error number `code`.
  static func failure(_ code: Int32, at path: String) -> FileError {
    FileError(
      .cannotCreate,
      file: path,
      found: SystemReason.text(code),
      expected: "a place to write a file"
    )
  }

  /// Whether `path` names an open file of this process, such as `/dev/stdout`.
  private static func isDescriptor(_ path: String) -> Bool {
    ["/dev/stdout", "/dev/stderr"].contains(path)
      || ["/dev/fd/", "/proc/self/fd/"].contains(where: path.hasPrefix)
  }

  /// The path that remains when links are followed: a link stays, and the file that it names is
  /// replaced.
  private static func followingLinks(_ path: String) throws(FileError) -> String {
    var target = path
    // Linux follows 40 links.
    for _ in 0...40 {
      guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: target) else {
        return target
      }
      target = link.hasPrefix("/") ? link : folder(of: target) + link
    }
    throw failure(ELOOP, at: path)
  }

  /// `path` with the system's absolute name of its folder; unchanged if the folder does not exist.
  private static func withTrueFolder(_ path: String) -> String {
    let folder = folder(of: path)
    guard let name = realpath(folder + ".", nil) else { return path }
    defer { free(name) }
    return String(cString: name) + "/" + path.dropFirst(folder.count)
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}
