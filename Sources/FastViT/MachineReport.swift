import CPU
import KernelCatalog
import KernelContract

/// What this process may use of the machine, for a person to read.
package struct MachineReport: Sendable {
  /// Maker and model; nil where the system does not say.
  package let cpu: String?

  /// Bytes of a page of memory.
  package let pageBytes: Int

  /// One set of vector instructions that kernels exist for.
  package struct Instructions: Sendable {
    /// The short name.
    package let name: String

    /// Why it cannot be used here; nil where it can.
    package let obstacle: String?
  }

  /// All instruction sets, fastest first.
  package let instructionSets: [Instructions]

  /// One data cache of a core.
  package struct Cache: Sendable {
    /// 1 is nearest to the core.
    package let level: Int

    /// `Data` or `Unified`, as Linux says.
    package let kind: String

    /// Bytes of the whole cache.
    package let bytes: Int

    /// Logical cores that share it.
    package let sharingCores: Int
  }

  /// The caches of the first core, smallest first; empty where the system does not say.
  package let caches: [Cache]

  /// Cores that affinity and cpuset leave to this process.
  package let allowedCores: Int

  /// The tightest limit of CPU time among the process's control groups.
  package struct Quota: Sendable {
    /// CPU time granted, in cores.
    package let cores: Double

    /// Of control groups: 1 or 2.
    package let version: Int

    /// The file that says so.
    package let file: String
  }

  /// Nil without a limit.
  package let quota: Quota?

  /// Workers that a session has if nothing else is asked for: the smaller of both, the quota rounded
  /// down, at least one.
  package let workerCount: Int

  /// The report on this machine.
  package init() {
    cpu = Processor.current.name
    pageBytes = Processor.current.pageBytes
    instructionSets = KernelContract.InstructionSet.allCases.map {
      Instructions(name: $0.rawValue, obstacle: KernelCatalog.obstacle(to: $0))
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
