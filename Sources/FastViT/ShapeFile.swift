import KernelContract

/// Files of what networks ask of the kernels, one problem a line.
package enum ShapeFile {
  /// The problems of the file at `path`; see `ProblemGrammar`.
  ///
  /// - Throws: `missingInput`; `badData` naming line and column.
  package static func read(_ path: String) throws(FastViTError) -> [NamedProblem] {
    let text = try TextFile.read(path)
    do throws(ProblemError) {
      return try NamedProblem.list(parsing: text)
    } catch {
      throw FastViTError(.badData, "\(path): \(error)")
    }
  }
}
