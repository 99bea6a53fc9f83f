import Checkpoints
import Execution
import Foundation
import Tuning

/// What `fastvit tune` measured to be fast on a machine.
///
/// A profile changes how soon results come, and not a bit of them.
public struct TuningProfile: Sendable {
  /// The file it was read from.
  public let path: String

  /// What a person should know: another processor, or a last line that was cut off.
  public let warnings: [String]

  package let profile: Profile

  /// Reads a profile, all of it or nothing.
  ///
  /// - Throws: `missingInput`; `badData` naming the line where one is broken, chooses what no kernel can
  ///   follow, or was measured with the kernels of another version.
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
    if found != here { warnings.append("\(path): measured on '\(found)', and this is '\(here)'") }
    self.warnings = warnings
  }

  static func tornWarning(_ path: String) -> String {
    "\(path): the last line has no end and was left out"
  }

  /// Where the profile of this machine's processor is looked for: `fastvit/PROCESSOR.jsonl` in
  /// `$XDG_CACHE_HOME`, or in `~/.cache`; nil without a home.
  public static var automaticPath: String? {
    automaticPath(in: ProcessInfo.processInfo.environment)
  }

  /// The same for variables of this `environment`.
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

  /// How many of its decisions are for `instructionSet` and so many workers.
  package func count(for instructionSet: InstructionSet, threads: Int) -> Int {
    profile.entries.count {
      $0.key.instructionSet == instructionSet.value && $0.key.workers == threads
    }
  }
}
