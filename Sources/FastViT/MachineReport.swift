import FastViTCPU
import FastViTOperations

/// What this process may use of the machine, in values to print.
package struct MachineReport: Sendable {
  /// Maker and model of the CPU; nil where the system reports none.
  package let cpu: String?

  /// The size of a memory page in bytes.
  package let pageBytes: Int

  /// One set of vector instructions that kernels exist for.
  package struct Instructions: Sendable {
    /// The short name.
    package let name: String

    /// Why this process cannot use the set; nil where it can.
    package let obstacle: String?
  }

  /// All instruction sets, fastest first.
  package let instructionSets: [Instructions]

  /// One data cache of a core.
  package struct Cache: Sendable {
    /// The level; 1 is nearest to the core.
    package let level: Int

    /// `Data` or `Unified`, as Linux reports it.
    package let kind: String

    /// The size of the whole cache in bytes.
    package let bytes: Int

    /// The number of logical cores that share the cache.
    package let sharingCores: Int
  }

  /// The caches of the first core, smallest first; empty where the system reports none.
  package let caches: [Cache]

  /// The number of cores that affinity and cpuset leave to this process.
  package let allowedCores: Int

  /// The tightest limit of CPU time among the process's control groups.
  package struct Quota: Sendable {
    /// The CPU time granted, in cores.
    package let cores: Double

    /// The version of control groups: 1 or 2.
    package let version: Int

    /// The file that holds the limit.
    package let file: String
  }

  /// The limit of CPU time; nil without one.
  package let quota: Quota?

  /// The default number of workers of a session: the smaller of `allowedCores` and `quota` rounded
  /// down, at least one.
  package let workerCount: Int

  /// The report on this machine.
  package init() {
    cpu = Processor.current.name
    pageBytes = Processor.current.pageBytes
    instructionSets = InstructionSet.all.map {
      Instructions(name: $0.name, obstacle: $0.obstacle)
    }
    caches = CacheHierarchy.current.caches.map {
      Cache(level: $0.level, kind: $0.kind, bytes: $0.bytes, sharingCores: $0.sharingCores)
    }
    allowedCores = CoreBudget.current.allowedCores
    quota = ControlGroups.current.tightest.map {
      Quota(cores: $0.cores, version: $0.version, file: $0.file)
    }
    workerCount = CoreBudget.current.coreCount
  }
}
