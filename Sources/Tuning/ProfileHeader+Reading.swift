import FastViTFiles

extension ProfileHeader {
  /// The header that the bytes of a file's first line hold.
  init(_ line: [UInt8], file: String) throws(FileError) {
    var version: Int?
    var catalogue: String?
    var cpu: String?
    var caches: [String]?
    var cores: Int?
    var toolchain: String?
    var cursor = TextCursor(line, file: "\(file): line 1", part: "the line")
    try cursor.object { (cursor, key) throws(FileError) in
      switch key {
      case "fastvit_tuning": version = try cursor.naturalNumber()
      case "catalogue": catalogue = try cursor.string()
      case "cpu": cpu = try cursor.string()
      case "caches": caches = try cursor.strings(limit: 16)
      case "cores": cores = try cursor.naturalNumber()
      case "toolchain": toolchain = try cursor.string()
      default: throw cursor.failure(found: "the key '\(key)'", expected: "a header's")
      }
    }
    try cursor.end()
    guard version == Self.version else {
      throw ProfileFile.failure(
        file, 1, found: version.map { "version \($0)" } ?? "no version",
        expected: "version \(Self.version)")
    }
    guard let catalogue, let cpu, let caches, let cores, let toolchain else {
      throw ProfileFile.failure(
        file, 1, found: "an incomplete header",
        expected: "catalogue, cpu, caches, cores and toolchain")
    }
    guard catalogue == Self.current.catalogue else {
      throw ProfileFile.failure(
        file, 1, found: "measurements of catalogue '\(catalogue)'",
        expected: "those of this build's, '\(Self.current.catalogue)'")
    }
    self.init(catalogue: catalogue, cpu: cpu, caches: caches, cores: cores, toolchain: toolchain)
  }
}

extension TextCursor {
  /// Steps over spaces to the end, which must come next.
  mutating func end() throws(FileError) {
    skipSpace()
    guard next == nil else { throw failure(expected: "the end of the line") }
  }
}
