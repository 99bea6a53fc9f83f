import FastViTCPU
import FastViTCatalogue
import FastViTExecution
import FastViTFiles
import FastViTOperations

/// On which machine and with which kernels a profile was measured: its first line.
package struct ProfileHeader: Sendable, Hashable {
  /// The version of the file's format.
  static let version = 3

  /// The digest of the kernels that were measured; see `KernelCatalogue.generated.digest`.
  package let catalogue: String

  /// Maker and model of the processor.
  package let cpu: String

  /// The data caches of the first core, such as `L2 1024 KiB of 2`: level, size, and how many cores share the
  /// cache.
  package let caches: [String]

  /// Cores that the process could use.
  package let cores: Int

  /// The compiler of the kernels.
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
    catalogue: KernelCatalogue.generated.digest, cpu: Processor.current.name ?? "unknown",
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
  /// Where the decisions were measured.
  package let header: ProfileHeader

  /// The decisions, at most one per subject.
  package private(set) var entries: [TuningEntry]

  /// What the entries choose.
  package private(set) var choices = PlanChoices()

  /// The kernels that entries may choose.
  private let catalogue: KernelCatalogue

  /// The place of each subject among the entries.
  private var places: [TuningEntry.Subject: Int] = [:]

  /// The measurements for subjects that have no entry.
  private var open: [TuningEntry.Subject: Measurements] = [:]

  /// Subjects that have or had measurements, in the order of their first one.
  private var measured: [TuningEntry.Subject] = []

  /// A profile without entries, whose kernels are of `catalogue`.
  package init(_ header: ProfileHeader = .current, from catalogue: KernelCatalogue = .generated) {
    self.header = header
    self.catalogue = catalogue
    entries = []
  }

  /// The entry for `subject`; nil where there is none.
  package func entry(for subject: TuningEntry.Subject) -> TuningEntry? {
    places[subject].map { entries[$0] }
  }

  /// The measurements for subjects that have no entry, each subject once.
  package var undecided: [Measurements] { measured.compactMap { open[$0] } }

  /// The measurements for `subject`; nil where there are none, or where it has an entry.
  package func measurements(for subject: TuningEntry.Subject) -> Measurements? { open[subject] }

  /// Adds an entry, which replaces an entry for the same subject and its measurements.
  ///
  /// - Throws: where no kernel can follow the entry.
  package mutating func insert(_ entry: TuningEntry) throws(ChoiceError) {
    try choices.choose(entry.choice, for: entry.key, from: catalogue)
    open[entry.subject] = nil
    if let place = places[entry.subject] {
      entries[place] = entry
    } else {
      places[entry.subject] = entries.count
      entries.append(entry)
    }
  }

  /// Keeps the measurements for a subject that has no entry, which replace those kept before.
  package mutating func keep(_ measurements: Measurements) {
    let subject = measurements.list.subject
    precondition(entry(for: subject) == nil)
    guard measurements.count > 0 else { return }
    if open.updateValue(measurements, forKey: subject) == nil { measured.append(subject) }
  }

  /// All that this profile and `other`, of the same processor and catalogue, hold. For a subject of both, a
  /// decision is preferred to measurements without one, and otherwise the larger number of samples.
  ///
  /// - Parameter name: the name of the file of `other`, for errors.
  /// - Throws: `malformed` where the processors differ.
  package func merging(
    _ other: Profile, named name: String
  ) throws(FileError) -> Profile {
    guard other.header.cpu == header.cpu else {
      throw FileError(
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
