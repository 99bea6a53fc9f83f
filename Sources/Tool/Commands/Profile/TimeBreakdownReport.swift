import FastViT
import FastViTCommandLine
import FastViTMeasurement

/// What `profile` prints.
struct TimeBreakdownReport {
  private let breakdown: TimeBreakdown
  private let cpu = MachineReport().cpu

  init(_ breakdown: TimeBreakdown) {
    self.breakdown = breakdown
  }

  private var traced: TracedSession { breakdown.traced }
  private var session: Session { traced.session }
  private var size: PixelSize { PixelSize(height: traced.height, width: traced.width) }

  /// The report as text.
  var text: String {
    let images = count(traced.imagesPerRun, "image")
    var lines = [
      "\(session.model.variant), weights \(session.model.source), \(size) pixels, \(images) per run"
        .printable,
      "\(session.model.instructionSet), \(count(session.threads, "thread")), "
        + "mode \(session.schedule.rawValue), \(cpu ?? "unknown CPU")",
    ]
    if let tuning = breakdown.tuning {
      lines.append(ProfileArguments.text(tuning, on: session).printable)
    }
    return (lines + ["", costs, workers, totals]).joined(separator: "\n")
  }

  private var costs: String {
    var table = TextTable(
      .left("step, layer"), .right("tasks"), .right("ms"), .right("share"), .right("GFLOP/s"),
      .right("of roof"), .right("FLOP/B"), .right("KiB"), .left("level"), .left("kernel"))
    for (index, step) in traced.steps.enumerated() {
      table.append(row("\(index)", breakdown.steps[index], tasks: "\(step.taskCount)"))
      for place in step.layers {
        let layer = traced.layers[place]
        let level = breakdown.roofline.bandwidth(of: layer).level.name
        table.append(
          row(
            "  " + layer.name.printable, breakdown.layers[place], level: level,
            kernel: layer.kernels.joined(separator: ", ")))
      }
    }
    return table.rendered()
  }

  private func row(
    _ name: String, _ cost: TimeBreakdown.Cost, tasks: String = "", level: String = "",
    kernel: String = ""
  ) -> [String] {
    [
      name, tasks, milliseconds(cost.nanoseconds), percent(cost.share),
      cost.gigaflops.map { decimals($0, 1) } ?? "", decimals(cost.roofFraction, 3),
      cost.gigaflops == nil ? "" : decimals(cost.intensity, 1), kibibytes(cost.bytes), level,
      kernel,
    ]
  }

  private var workers: String {
    var table = TextTable(
      .left("worker"), .right("busy ms"), .right("waiting ms"), .right("busy"))
    for (index, worker) in breakdown.workers.enumerated() {
      table.append(
        "\(index)", milliseconds(worker.busy), milliseconds(worker.waiting), percent(worker.share))
    }
    return table.rendered()
  }

  private var totals: String {
    let wall = breakdown.wall
    let bandwidths = breakdown.roofline.bandwidths.map {
      "\(decimals($0.gigabytes, 1)) GB/s in \($0.level.name)"
    }
    return [
      "wall \(milliseconds(wall.median)) ms per run, median of \(wall.count); "
        + "\(milliseconds(breakdown.untracedWall.median)) ms untraced, "
        + "so tracing costs \(percent(breakdown.tracingFraction))",
      "layers \(milliseconds(breakdown.layerNanoseconds)) ms, steps "
        + "\(milliseconds(breakdown.stepNanoseconds)) ms of core time",
      "roof of one core: \(decimals(breakdown.roofline.peak, 1)) GFLOP/s, "
        + bandwidths.joined(separator: ", "),
    ].joined(separator: "\n")
  }

  private func milliseconds(_ nanoseconds: Double) -> String { decimals(nanoseconds / 1e6, 3) }

  private func percent(_ part: Double) -> String { decimals(100 * part, 1) + "%" }

  /// The report as JSON.
  var json: JSONValue {
    [
      "model": .string(session.model.variant.name),
      "weights": .string(session.model.source),
      "isa": .string(session.model.instructionSet.name),
      "threads": .integer(session.threads),
      "size": .string(size.description),
      "mode": .string(session.schedule.rawValue),
      "profile": breakdown.tuning.map { .string($0.path) } ?? .null,
      "cpu": cpu.map { .string($0) } ?? .null,
      "images_per_run": .integer(traced.imagesPerRun),
      "runs": .integer(breakdown.wall.count),
      "wall_ms": .number(breakdown.wall.median / 1e6),
      "untraced_wall_ms": .number(breakdown.untracedWall.median / 1e6),
      "tracing_fraction": .number(breakdown.tracingFraction),
      "steps_ms": .number(breakdown.stepNanoseconds / 1e6),
      "layers_ms": .number(breakdown.layerNanoseconds / 1e6),
      "core_peak_gflops": .number(breakdown.roofline.peak),
      "core_bandwidths": .array(
        breakdown.roofline.bandwidths.map {
          ["level": .string($0.level.name), "gb_per_second": .number($0.gigabytes)]
        }),
      "steps": .array(traced.steps.indices.map(step)),
      "workers": .array(
        breakdown.workers.map { worker in
          [
            "busy_ms": .number(worker.busy / 1e6), "waiting_ms": .number(worker.waiting / 1e6),
            "busy_share": .number(worker.share),
          ]
        }),
    ]
  }

  private func step(_ index: Int) -> JSONValue {
    let step = traced.steps[index]
    let layers = step.layers.map { place -> JSONValue in
      let layer = traced.layers[place]
      return .object(
        [
          .init(name: "name", value: .string(layer.name)),
          .init(name: "problem", value: .string(layer.problem)),
          .init(name: "kernels", value: .array(layer.kernels.map { .string($0) })),
          .init(
            name: "level",
            value: .string(breakdown.roofline.bandwidth(of: layer).level.name)),
        ] + members(breakdown.layers[place]))
    }
    return .object(
      [.init(name: "tasks", value: .integer(step.taskCount))] + members(breakdown.steps[index])
        + [.init(name: "layers", value: .array(layers))])
  }

  private func members(_ cost: TimeBreakdown.Cost) -> [JSONValue.Member] {
    [
      .init(name: "ms", value: .number(cost.nanoseconds / 1e6)),
      .init(name: "share", value: .number(cost.share)),
      .init(name: "multiply_adds", value: .integer(cost.multiplyAdds)),
      .init(name: "bytes", value: .integer(cost.bytes)),
      .init(name: "flop_per_byte", value: .number(cost.intensity)),
      .init(name: "gflops", value: cost.gigaflops.map { .number($0) } ?? .null),
      .init(name: "roof_fraction", value: .number(cost.roofFraction)),
    ]
  }
}
