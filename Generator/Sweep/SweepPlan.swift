import FastViTOperations

/// The tiles of a sweep, by what becomes of them.
struct SweepPlan {
  /// The problems that the candidates are timed on.
  let problems: [NamedProblem]
  /// The names of the tiles that are tried.
  private(set) var candidates: [String] = []
  /// The names of the tiles that the catalogue has.
  private(set) var known: [String] = []
  /// The tiles that the generator refuses, with its reasons.
  private(set) var refused: [KernelPlanError] = []
  /// What is built: the catalogue's kernels of the family, and the candidates beside them.
  private(set) var files: [KernelFile] = []

  /// - Parameter problems: those of other families, and those too small for every tile, are left out.
  init(_ options: SweepOptions, problems: [NamedProblem]) throws(SweepFailure) {
    self.problems = problems.filter { options.concerns($0.problem) }
    guard !self.problems.isEmpty else {
      throw SweepFailure(
        .data, "\(options.shapes): found no problem for these tiles, expected some of the family")
    }
    do {
      switch options.family {
      case .pointwise:
        let own = PointwiseFamily.committedRows.filter(options.isOfTarget)
        let rows = sort(
          options.pointwiseRows(after: self.problems), known: own.map(\.withVariant)
        ) { row throws(KernelPlanError) in try PointwiseTile(row).name }
        files = try Self.files(
          catalogue: Self.plan(pointwise: own), PointwiseFamily(rows: rows), options.target)
      case .depthwise:
        let own = DepthwiseFamily.committedRows.filter(options.isOfTarget)
        let rows = sort(options.depthwiseRows, known: own.map(\.withVariant)) {
          row throws(KernelPlanError) in try DepthwiseTile(row).name
        }
        files = try Self.files(
          catalogue: Self.plan(depthwise: own), DepthwiseFamily(rows: rows), options.target)
      }
    } catch {
      throw SweepFailure(.internal, "the candidates cannot be written: \(error)")
    }
    guard !candidates.isEmpty else {
      throw SweepFailure(
        .usage,
        "no tile is left to try: \(known.count) in the catalogue, \(refused.count) refused"
          + (refused.first.map { ", such as \($0)" } ?? ""))
    }
  }

  /// Notes what becomes of each of `rows` and returns the candidates.
  private mutating func sort<Row>(
    _ rows: [Row], known: [Row], name: (Row) throws(KernelPlanError) -> String
  ) -> [Row] {
    let knownNames = Set(known.compactMap { try? name($0) })
    return rows.filter { row in
      do throws(KernelPlanError) {
        let name = try name(row)
        guard !knownNames.contains(name) else {
          self.known.append(name)
          return false
        }
        candidates.append(name)
        return true
      } catch {
        refused.append(error)
        return false
      }
    }
  }

  /// The committed plan with these rows instead of its own. The other large families get no rows, because
  /// fewer kernels build faster.
  private static func plan(pointwise: [PointwiseRow] = [], depthwise: [DepthwiseRow] = [])
    -> KernelPlan
  {
    KernelPlan(
      families: KernelPlan.committed.families.map { family in
        switch family {
        case is PointwiseFamily: PointwiseFamily(rows: pointwise)
        case is DepthwiseFamily: DepthwiseFamily(rows: depthwise)
        default: family.withoutTiles
        }
      })
  }

  /// The files of the catalogue and of the candidates, and the list from which the benchmarks take the
  /// candidates. The catalogue does not list them, so that no rule chooses them.
  private static func files(
    catalogue: KernelPlan, _ candidates: some Family, _ target: Target
  ) throws -> [KernelFile] {
    try catalogue.files() + candidates.files(for: target) + [
      SweptKernelList(family: candidates, target: target).file()
    ]
  }
}

extension SweepOptions {
  fileprivate func isOfTarget(_ row: PointwiseRow) -> Bool {
    row.target.instructionSet == target.instructionSet
  }

  fileprivate func isOfTarget(_ row: DepthwiseRow) -> Bool {
    row.target.instructionSet == target.instructionSet
  }

  /// Whether some of the tiles can compute `problem`.
  fileprivate func concerns(_ problem: OperationProblem) -> Bool {
    switch family {
    case .pointwise:
      return problem.operation is Pointwise
        && self["rows"].contains { $0 <= problem.input.pixels }
    case .depthwise:
      guard let depthwise = problem.operation as? Depthwise else { return false }
      let geometry = depthwise.geometry
      return self["kernel"].contains(geometry.kernel) && self["stride"].contains(geometry.stride)
        && self["multiplier"].contains(depthwise.multiplier)
        && self["width"].contains { $0 <= problem.output.width }
    }
  }

  /// All combinations of the axes' values, with the epilogues that `problems` need.
  fileprivate func pointwiseRows(after problems: [NamedProblem]) -> [PointwiseRow] {
    let epilogues = Epilogue.allCases.filter { epilogue in
      problems.contains { $0.problem.epilogue == epilogue }
    }
    return self["vectors"].flatMap { vectors in
      self["rows"].flatMap { rows in
        self["unroll"].flatMap { unroll in
          self["groups"].map { groups in
            PointwiseRow(
              target: target, rows: rows, vectors: vectors, unroll: unroll, groups: groups,
              epilogues: epilogues
            ).withVariant
          }
        }
      }
    }
  }

  /// All combinations of the axes' values.
  fileprivate var depthwiseRows: [DepthwiseRow] {
    self["kernel"].flatMap { kernel in
      self["stride"].flatMap { stride in
        self["multiplier"].flatMap { multiplier in
          self["height"].flatMap { height in
            self["width"].flatMap { width in
              self["vectors"].flatMap { vectors in
                self["loops"].map { loops in
                  DepthwiseRow(
                    target: target, kernel: kernel, stride: stride, multiplier: multiplier,
                    width: width, height: height, vectors: vectors, loops: loops
                  ).withVariant
                }
              }
            }
          }
        }
      }
    }
  }
}

extension PointwiseRow {
  /// The row with its unrolling in its name: `k2` is one group of two channels per turn, `k1x4` four
  /// groups of one channel.
  fileprivate var withVariant: PointwiseRow {
    var row = self
    row.variant = "k\(unroll)" + (groups == 1 ? "" : "x\(groups)")
    return row
  }
}

extension DepthwiseRow {
  /// The row with its loops in its name: `l4` and `l6` have one for each case of edges.
  fileprivate var withVariant: DepthwiseRow {
    var row = self
    row.variant = "l\(loops)"
    return row
  }
}
