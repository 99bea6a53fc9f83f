import FastViTExecution
import FastViTFiles
import FastViTTuning
import Foundation

/// A file of choices that `fastvit tune` measured to be fast on a machine.
///
/// A profile changes the speed of a model and no bit of its results.
public struct TuningProfile: Sendable {
  /// The path of the file.
  public let path: String

  /// Warnings for the user: the profile is of another processor, or its last line is cut off.
  public let warnings: [String]

  /// The decisions in the file.
  package let profile: Profile

  /// Reads a profile as a whole.
  ///
  /// - Throws: `missingInput`; `badData` that names the line, where a line is broken, chooses a
  ///   kernel that does not fit, or was measured with the kernels of another version.
  public init(contentsOf path: String) throws(FastViTError) {
    let file: ProfileFile
    do {
      file = try ProfileFile(contentsOf: path)
    } catch {
      throw FastViTError(error)
    }
    self.path = path
    profile = file.profile
    var warnings: [String] = []
    if file.isTorn { warnings.append(Self.tornWarning(path)) }
    let (found, here) = (file.profile.header.cpu, ProfileHeader.current.cpu)
    if found != here { warnings.append("\(path): measured on '\(found)', used on '\(here)'") }
    self.warnings = warnings
  }

  static func tornWarning(_ path: String) -> String {
    "\(path): the last line is cut off and was ignored"
  }

  /// The path of the profile that the tool uses by default on this processor:
  /// `fastvit/PROCESSOR.jsonl` in `$XDG_CACHE_HOME`, or in `~/.cache`; nil where neither folder is
  /// known.
  public static var automaticPath: String? {
    automaticPath(in: ProcessInfo.processInfo.environment)
  }

  /// The same for an `environment` of variables.
  static func automaticPath(in environment: [String: String]) -> String? {
    func folder(_ name: String) -> String? {
      environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let cache = folder("XDG_CACHE_HOME") ?? folder("HOME").map { $0 + "/.cache" }
    return cache.map { "\($0)/fastvit/\(fileName(of: ProfileHeader.current.cpu)).jsonl" }
  }

  /// `amd-epyc-9b14` for `AMD EPYC 9B14`.
  static func fileName(of cpu: String) -> String {
    let words = cpu.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.joined(separator: "-")
  }

  /// The number of decisions for `instructionSet` and `threads` workers.
  package func count(for instructionSet: VectorInstructions, threads: Int) -> Int {
    profile.entries.count {
      $0.key.instructionSet == instructionSet.value && $0.key.workers == threads
    }
  }
}
