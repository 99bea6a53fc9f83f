import FastViT
import FastViTCommandLine
import Foundation

/// Which tuning profile a command uses: the one that is named, otherwise this machine's profile if it
/// exists, or none.
struct ProfileArguments: Sendable {
  static let profile = Parameter<String?>.option(
    "profile", "FILE", .path,
    help: "The tuning profile to use instead of this machine's own; see 'fastvit tune'.")
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

  /// The profile; nil for none. Warnings about it go to standard error.
  ///
  /// - Throws: where a profile that was named cannot be used. Where this machine's own profile
  ///   cannot be used, the command goes on without it, with a warning.
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

  /// Prints to standard error which profile a session uses.
  static func report(_ profile: TuningProfile, on session: Session) {
    var errors = StandardError()
    errors.write(text(profile, on: session).printable + "\n")
  }

  /// The path of the profile, and how many of its decisions apply to `session`.
  static func text(_ profile: TuningProfile, on session: Session) -> String {
    let (set, threads) = (session.model.instructionSet, session.threads)
    return "tuning profile \(profile.path): "
      + "\(count(profile.count(for: set, threads: threads), "decision")) for \(set) with "
      + count(threads, "thread")
  }
}
