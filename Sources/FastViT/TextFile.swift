import FastViTFiles
import Foundation

/// The text files that the command line tools read and write.
package enum TextFile {
  /// The largest file that is read.
  private static let byteLimit = 64 << 20

  /// The UTF-8 text at `path`.
  ///
  /// - Throws: `missingInput`; `badData` where the file is not UTF-8 or too long.
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

  /// A text and the path of its file.
  package struct Output: Sendable {
    /// The path of the file.
    package let path: String
    /// The content of the file.
    package let text: String

    /// `text` for a file at `path`.
    package init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// Writes all of `outputs`. Either all files appear, each complete, or none.
  ///
  /// - Throws: `cannotCreate`, also where two outputs have the same file, or `cannotWrite`.
  package static func write(_ outputs: [Output]) throws(FastViTError) {
    do throws(FileError) {
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

  /// Writes `data`, which may be any bytes, to `path`; the file appears whole or not at all.
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
