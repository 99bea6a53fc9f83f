import CommandLineTool
import FastViT
import Foundation

/// Which tuning profile a command uses: one that is named, the machine's own if there is one, or none.
struct ProfileArguments: Sendable {
  static let profile = Parameter<String?>.option(
    "profile", "FILE", .path,
    help: "A tuning profile, instead of this machine's own; see 'fastvit tune'.")
  static let noProfile = Parameter<Bool>.flag("no-profile", help: "Use no tuning profile.")

  private let path: String?
  private let isOff: Bool

  init(_ arguments: ParsedArguments) throws(UsageError) {
    path = arguments[Self.profile]
    isOff = arguments[Self.noProfile]
    if path != nil, isOff {
      throw UsageError("'--profile' and '--no-profile' exclude each other")
    }
  }

  /// The profile; nil for none. What a person should know of it goes to standard error.
  ///
  /// - Throws: where a profile that was named cannot be used; the machine's own is left out then, with
  ///   a warning, for nobody asked for it.
  func load() throws(CommandFailure) -> TuningProfile? {
    if let path {
      let profile = try reportingFailure { () throws(FastViTError) in
        try TuningProfile(contentsOf: path)
      }
      StandardError.warn(profile.warnings)
      return profile
    }
    guard !isOff, let path = TuningProfile.automaticPath,
      FileManager.default.fileExists(atPath: path)
    else { return nil }
    do {
      let profile = try TuningProfile(contentsOf: path)
      StandardError.warn(profile.warnings)
      return profile
    } catch {
      StandardError.warn(["\(error.description); not used"])
      return nil
    }
  }

  /// Says on standard error which profile a session runs with.
  static func report(_ profile: TuningProfile, on session: Session) {
    var errors = StandardError()
    errors.write(text(profile, on: session).printable + "\n")
  }

  /// Which profile, and how much of it is for such a session.
  static func text(_ profile: TuningProfile, on session: Session) -> String {
    let (set, threads) = (session.model.instructionSet, session.threads)
    return "tuning profile \(profile.path): "
      + "\(count(profile.count(for: set, threads: threads), "decision")) for \(set) with "
      + count(threads, "thread")
  }
}
