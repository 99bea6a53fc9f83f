import CPU
import Checkpoints
import Execution
import KernelCatalog
import KernelContract

/// What was measured where: the first line of a profile.
package struct ProfileHeader: Sendable, Hashable {
  /// Of the file's format.
  static let version = 2

  /// Of the kernels that were measured; see `KernelCatalog.digest`.
  package let catalogue: String

  /// Maker and model of the processor.
  package let cpu: String

  /// The data caches of the first core, such as `L2 1024 KiB of 2`: bytes, and the cores that share it.
  package let caches: [String]

  /// Cores that the process could use.
  package let cores: Int

  /// What the kernels were compiled with.
  package let toolchain: String

  init(catalogue: String, cpu: String, caches: [String], cores: Int, toolchain: String) {
    self.catalogue = catalogue
    self.cpu = cpu
    self.caches = caches
    self.cores = cores
    self.toolchain = toolchain
  }

  /// This machine and this build.
  package static let current = ProfileHeader(
    catalogue: KernelCatalog.digest, cpu: Processor.current.name ?? "unknown",
    caches: CacheHierarchy.current.caches.map {
      "L\($0.level) \($0.bytes >> 10) KiB of \($0.sharingCores)"
    },
    cores: CoreBudget.current.coreCount, toolchain: currentToolchain)

  #if compiler(>=6.4)
    private static let currentToolchain = "Swift 6.4 or later"
  #else
    private static let currentToolchain = "Swift 6.3"
  #endif
}

/// Decisions that were measured on one machine.
package struct Profile: Sendable {
  package let header: ProfileHeader

  /// Each subject once.
  package private(set) var entries: [TuningEntry]

  /// What the entries choose.
  package private(set) var choices = PlanChoices()

  /// The place of each subject among the entries.
  private var places: [TuningEntry.Subject: Int] = [:]

  /// What was measured for subjects that have no entry.
  private var open: [TuningEntry.Subject: Measurements] = [:]

  /// Subjects that have or had measurements, in the order of their first one.
  private var measured: [TuningEntry.Subject] = []

  /// A profile without entries.
  package init(_ header: ProfileHeader = .current) {
    self.header = header
    entries = []
  }

  /// The entry for `subject`; nil where there is none.
  package func entry(for subject: TuningEntry.Subject) -> TuningEntry? {
    places[subject].map { entries[$0] }
  }

  /// What was measured for subjects that have no entry, each once.
  package var undecided: [Measurements] { measured.compactMap { open[$0] } }

  /// What was measured for `subject`, which has no entry; nil where there is nothing.
  package func measurements(for subject: TuningEntry.Subject) -> Measurements? { open[subject] }

  /// Adds an entry, in the place of one for the same subject, and of its measurements.
  ///
  /// - Throws: where no kernel can follow it.
  package mutating func insert(_ entry: TuningEntry) throws(ChoiceError) {
    try choices.choose(entry.choice, for: entry.key)
    open[entry.subject] = nil
    if let place = places[entry.subject] {
      entries[place] = entry
    } else {
      places[entry.subject] = entries.count
      entries.append(entry)
    }
  }

  /// Keeps what was measured for a subject that has no entry, in the place of what was kept before.
  package mutating func keep(_ measurements: Measurements) {
    let subject = measurements.list.subject
    precondition(entry(for: subject) == nil)
    guard measurements.count > 0 else { return }
    if open.updateValue(measurements, forKey: subject) == nil { measured.append(subject) }
  }

  /// All that this profile and `other`, of the same processor and catalogue, hold; for a subject of both
  /// a decision before none, and else what was measured more often.
  ///
  /// - Throws: where a header differs in what decides.
  package func merging(
    _ other: Profile, named name: String
  ) throws(CheckpointError) -> Profile {
    guard other.header.cpu == header.cpu else {
      throw CheckpointError(
        .malformed, file: name, found: "measurements of '\(other.header.cpu)'",
        expected: "those of '\(header.cpu)'")
    }
    var merged = self
    for entry in other.entries {
      if let mine = merged.entry(for: entry.subject), mine.samples >= entry.samples { continue }
      do {
        try merged.insert(entry)
      } catch {
        preconditionFailure("an entry of a profile was checked when it was read: \(error)")
      }
    }
    for theirs in other.undecided where merged.entry(for: theirs.list.subject) == nil {
      let mine = merged.measurements(for: theirs.list.subject)
      if mine?.count ?? 0 < theirs.count { merged.keep(theirs) }
    }
    return merged
  }
}
