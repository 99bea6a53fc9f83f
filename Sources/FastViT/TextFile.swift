import Checkpoints
import Foundation

/// Text files, as the command line tools read and write them.
package enum TextFile {
  /// Larger files are none of the texts that are read here.
  private static let byteLimit = 64 << 20

  /// The UTF-8 text at `path`.
  ///
  /// - Throws: `missingInput`; `badData` where it is no UTF-8 or too long.
  package static func read(_ path: String) throws(FastViTError) -> String {
    let data: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try file.read(upToCount: byteLimit + 1) ?? Data()
    } catch {
      throw FastViTError(.missingInput, "\(path): cannot be read, expected a text file")
    }
    guard data.count <= byteLimit, let text = String(data: data, encoding: .utf8) else {
      throw FastViTError(
        .badData, "\(path): found no UTF-8 text, expected one of at most \(byteLimit) bytes")
    }
    return text
  }

  /// Writes `text` to `path`; the file appears whole or not at all.
  ///
  /// - Throws: `cannotCreate` or `cannotWrite`.
  package static func write(_ text: String, to path: String) throws(FastViTError) {
    try write([Output(path: path, text: text)])
  }

  /// A text and its place.
  package struct Output: Sendable {
    package let path: String
    package let text: String

    /// `text` for a file at `path`.
    package init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// Writes all of `outputs`; all files appear whole, or none at all.
  ///
  /// - Throws: `cannotCreate`, also where two are for the same file, or `cannotWrite`.
  package static func write(_ outputs: [Output]) throws(FastViTError) {
    do throws(CheckpointError) {
      var files: [WholeFile] = []
      for output in outputs {
        let file = try WholeFile(output.path)
        guard !files.contains(where: { $0.target == file.target }) else {
          throw OutputPlace.shared(output.path)
        }
        try file.write(Data(output.text.utf8))
        files.append(file)
      }
      for file in files { try file.commit() }
    } catch {
      throw FastViTError(error)
    }
  }

  /// Writes `data`, which need not be text, to `path`; the file appears whole or not at all.
  ///
  /// - Throws: `cannotCreate` or `cannotWrite`.
  package static func write(_ data: Data, to path: String) throws(FastViTError) {
    do {
      let file = try WholeFile(path)
      try file.write(data)
      try file.commit()
    } catch {
      throw FastViTError(error)
    }
  }
}
