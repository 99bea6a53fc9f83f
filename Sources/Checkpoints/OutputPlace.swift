import Foundation

/// Where the bytes for an output path go.
package struct OutputPlace {
  /// The path after all links, whether or not there is a file yet; one for all ways to write it.
  let target: String
  /// Whether the target is written as it is, because nothing can take its place: a terminal, a
  /// pipe, a device, or a file that the caller has opened as standard output.
  let isWrittenDirectly: Bool

  /// The folder of the target, with its slash; empty for the current one.
  var folder: String { Self.folder(of: target) }

  /// The place that `path` leads to, which must not be a folder.
  init(_ path: String) throws(CheckpointError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    guard !path.isEmpty, !path.hasSuffix("/"), !exists || kind != S_IFDIR else {
      throw CheckpointError(
        .cannotCreate,
        file: path,
        found: path.isEmpty ? "no name" : "a folder",
        expected: "a file name"
      )
    }
    isWrittenDirectly = exists && (kind != S_IFREG || Self.isDescriptor(path))
    target = isWrittenDirectly ? path : Self.withTrueFolder(try Self.followingLinks(path))
  }

  /// Throws if no file can be made at each of `paths`, or two are for the same file; so a long run can
  /// find out before it begins.
  package static func check(_ paths: [String]) throws(CheckpointError) {
    var targets: Set<String> = []
    for path in paths {
      let place = try OutputPlace(path)
      let written = place.isWrittenDirectly ? place.target : place.folder + "."
      guard access(written, W_OK) == 0 else { throw failure(errno, at: path) }
      guard targets.insert(place.target).inserted else { throw shared(path) }
    }
  }

  /// The error for a second result for the file at `path`.
  package static func shared(_ path: String) -> CheckpointError {
    CheckpointError(
      .cannotCreate, file: path, found: "two results for this file", expected: "one")
  }

  /// The error for the system's error number `code`.
  static func failure(_ code: Int32, at path: String) -> CheckpointError {
    CheckpointError(
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

  /// What `path` leads to: a link stays a link, and the file behind it is replaced.
  private static func followingLinks(_ path: String) throws(CheckpointError) -> String {
    var target = path
    // As many as Linux itself follows.
    for _ in 0...40 {
      guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: target) else {
        return target
      }
      target = link.hasPrefix("/") ? link : folder(of: target) + link
    }
    throw failure(ELOOP, at: path)
  }

  /// `path` with its folder as the system names it; as it is where there is no such folder.
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
