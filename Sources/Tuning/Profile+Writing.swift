import Checkpoints
import Execution
import Foundation
import KernelContract

extension ProfileHeader {
  /// The line, with its line feed.
  var line: String {
    var line = JSONLine()
    line.append("fastvit_tuning", "\(Self.version)")
    line.append("catalogue", text: catalogue)
    line.append("cpu", text: cpu)
    line.append("caches", texts: caches)
    line.append("cores", "\(cores)")
    line.append("toolchain", text: toolchain)
    return line.finished
  }
}

extension TuningEntry {
  /// The line, with its line feed.
  var line: String {
    var line = JSONLine()
    line.append("operations", texts: key.operations.map(\.description))
    line.append("isa", text: key.instructionSet.rawValue)
    line.append("threads", "\(key.workers)")
    switch choice {
    case .kernels(let names): line.append("kernels", texts: names)
    case .step(let step):
      if let isFused = step.isFused { line.append("fused", "\(isFused)") }
      if let sharing = step.sharing { line.append("share", text: sharing.rawValue) }
      if let bandRows = step.bandRows { line.append("band", "\(bandRows)") }
      if let tiles = step.tilesPerWorker { line.append("tiles", "\(tiles)") }
    }
    line.append("ns", "\(time)")
    line.append("spread_ns", "\(spread)")
    line.append("default_ns", "\(defaultTime)")
    line.append("samples", "\(samples)")
    return line.finished
  }
}

extension Profile {
  /// The whole file.
  private var text: String { header.line + entries.map(\.line).joined() }

  /// Writes the profile to `path`; the file appears whole or not at all.
  package func write(to path: String) throws(CheckpointError) {
    let file = try WholeFile(path)
    try file.write(Data(text.utf8))
    try file.commit()
  }
}

/// A JSON object in one line, member by member.
private struct JSONLine {
  private var text = "{"

  mutating func append(_ name: String, _ value: String) {
    text += (text == "{" ? "" : ", ") + "\"\(name)\": " + value
  }

  mutating func append(_ name: String, text value: String) {
    append(name, Self.quoted(value))
  }

  mutating func append(_ name: String, texts values: [String]) {
    append(name, "[" + values.map(Self.quoted).joined(separator: ", ") + "]")
  }

  var finished: String { text + "}\n" }

  private static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\0"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
