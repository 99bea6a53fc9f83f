import FastViT
import FastViTCommandLine

/// `fastvit doctor`: prints what this process may use of the machine, and the kernels chosen for it.
struct DoctorCommand: Command {
  static let description = CommandDescription(
    name: "doctor",
    abstract: "Show what this process may use of the machine, and the kernels chosen for it.",
    discussion: """
      The number of workers is the number of cores that affinity and cpuset allow, or a control \
      group's quota rounded down where that is smaller. Equal layers share a line. Two kernels compute \
      a layer whose width is not a multiple of one kernel's width. The default model is t8.
      """,
    parameters: [
      ModelArguments.variant, ModelArguments.size, ModelArguments.instructionSet,
      ReportOutput.option,
    ])

  let variant: Variant
  let size: PixelSize
  let instructionSet: VectorInstructions
  let json: ReportOutput

  init(_ arguments: ParsedArguments) throws(UsageError) {
    variant = arguments[ModelArguments.variant] ?? .t8
    size = arguments[ModelArguments.size]
    instructionSet = arguments[ModelArguments.instructionSet]
    json = ReportOutput(arguments)
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let machine = MachineReport()
    let choices = variant.kernelChoices(
      height: size.height, width: size.width, on: instructionSet)
    try json.write(object(machine, choices), text: text(machine, choices), to: &output)
  }

  private func text(_ machine: MachineReport, _ choices: [KernelChoice]) -> String {
    var kernels = TextTable(.left("layer"), .right("times"), .left("problem"), .left("kernel"))
    for choice in choices {
      let names = choice.kernels.isEmpty ? "none" : choice.kernels.joined(separator: ", ")
      kernels.append(choice.layer, "\(choice.count)", choice.problem, names)
    }
    let title = "kernels for \(variant) at \(size) pixels with \(instructionSet)"
    let blocks = [
      "CPU: \((machine.cpu ?? "unknown").printable)\npage: \(machine.pageBytes) bytes\n",
      Self.instructionSets(machine), Self.caches(machine), Self.cores(machine),
      title + "\n" + kernels.rendered(),
    ]
    return String(blocks.filter { !$0.isEmpty }.joined(separator: "\n").dropLast())
  }

  private static func instructionSets(_ machine: MachineReport) -> String {
    var table = TextTable(.left("instructions"), .left("available"))
    for set in machine.instructionSets {
      table.append(set.name, set.obstacle.map { "no: " + $0 } ?? "yes")
    }
    return table.rendered()
  }

  private static func caches(_ machine: MachineReport) -> String {
    guard !machine.caches.isEmpty else { return "" }
    var table = TextTable(.left("cache"), .left("kind"), .right("KiB"), .right("cores"))
    for cache in machine.caches {
      table.append(
        "level \(cache.level)", cache.kind.lowercased(), "\(cache.bytes >> 10)",
        "\(cache.sharingCores)")
    }
    return table.rendered()
  }

  private static func cores(_ machine: MachineReport) -> String {
    let quota = machine.quota.map { quota in
      "\(decimals(quota.cores, 2)) cores (version \(quota.version), \(quota.file.printable))"
    }
    return """
      affinity: \(count(machine.allowedCores, "core"))
      control group quota: \(quota ?? "none")
      workers: \(machine.workerCount)

      """
  }

  private func object(_ machine: MachineReport, _ choices: [KernelChoice]) -> JSONValue {
    [
      "cpu": machine.cpu.map { .string($0) } ?? .null,
      "page_bytes": .integer(machine.pageBytes),
      "instruction_sets": .array(
        machine.instructionSets.map { set in
          [
            "name": .string(set.name), "available": .bool(set.obstacle == nil),
            "obstacle": set.obstacle.map { .string($0) } ?? .null,
          ]
        }),
      "caches": .array(
        machine.caches.map { cache in
          [
            "level": .integer(cache.level), "kind": .string(cache.kind),
            "bytes": .integer(cache.bytes), "sharing_cores": .integer(cache.sharingCores),
          ]
        }),
      "cores": [
        "affinity": .integer(machine.allowedCores),
        "quota": machine.quota.map { quota in
          [
            "cores": .number(quota.cores), "version": .integer(quota.version),
            "file": .string(quota.file),
          ]
        } ?? .null,
        "workers": .integer(machine.workerCount),
      ],
      "model": .string(variant.name),
      "size": .string(size.description),
      "isa": .string(instructionSet.name),
      "kernels": .array(
        choices.map { choice in
          [
            "layer": .string(choice.layer), "count": .integer(choice.count),
            "problem": .string(choice.problem),
            "kernels": .array(choice.kernels.map { .string($0) }),
          ]
        }),
    ]
  }
}
