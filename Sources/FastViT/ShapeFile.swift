import FastViTOperations

/// Files of the problems that a network's kernels solve, one problem per line in benchdnn's notation.
package enum ShapeFile {
  /// The problems of the file at `path`; see `ProblemGrammar`.
  ///
  /// - Throws: `missingInput`; `badData` that names line and column.
  package static func read(_ path: String) throws(FastViTError) -> [NamedProblem] {
    let text = try TextFile.read(path)
    do throws(ProblemError) {
      return try NamedProblem.list(parsing: text)
    } catch {
      throw FastViTError(.badData, "\(path): \(error)")
    }
  }

  /// The text of a file: a comment line that says how it was made, then one problem per line.
  ///
  /// - Parameters:
  ///   - problems: the problems in benchdnn's notation.
  ///   - model: the name of the network.
  ///   - size: height and width of the input, such as `256x256`.
  ///   - command: the command of `fastvit` that writes the file, such as `graph`.
  package static func text(
    _ problems: [String], model: String, size: String, command: String
  ) -> String {
    let words = "fastvit \(command) --model \(model) --size \(size) --emit-shapes FILE"
    let head = "# FastViT \(model), one image of \(size) pixels; written by `\(words)`."
    return ([head] + problems).map { $0 + "\n" }.joined()
  }
}
