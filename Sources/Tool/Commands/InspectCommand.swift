import FastViT
import FastViTCommandLine

/// `fastvit inspect`: prints what a checkpoint file holds.
struct InspectCommand: Command {
  static let file = Parameter<String>.argument("FILE", .path, help: "The checkpoint.")
  static let json = Parameter<Bool>.flag("json", help: "Print JSON.")

  static let description = CommandDescription(
    name: "inspect",
    abstract: "Show what a checkpoint holds: form, variant, classes, tensors, anything unusual.",
    discussion: """
      Succeeds for every file whose tensors can be read, even if they are not those of a FastViT. 'fits' \
      says whether they are exactly the tensors of a variant.
      """,
    parameters: [file, ModelArguments.variant, json])

  let file: String
  let variant: Variant?
  let json: Bool

  init(_ arguments: ParsedArguments) throws(UsageError) {
    file = arguments[Self.file]
    variant = arguments[ModelArguments.variant]
    json = arguments[Self.json]
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let report = try reportingFailure { () throws(FastViTError) in
      try CheckpointReport(contentsOf: file, variant: variant)
    }
    if json {
      print(Self.object(report).indented, to: &output)
    } else {
      print(Self.summary(report), to: &output)
      print(Self.tensors(report), terminator: "", to: &output)
    }
  }

  private static func summary(_ report: CheckpointReport) -> String {
    var lines = ["file: \(report.file)", "format: \(report.format)"]
    if !report.container.isEmpty {
      lines.append("inside: \(report.container.joined(separator: " / "))")
    }
    for (key, value) in report.metadata.sorted(by: { $0.key < $1.key }) {
      lines.append("metadata: \(key) = \(value)")
    }
    if let network = report.network {
      lines.append("variant: \(network.variant)")
      lines.append("form: \(network.form)")
      if !network.prefix.isEmpty { lines.append("prefix: \(network.prefix)") }
      lines.append("classes: \(network.classCount)")
      lines.append("fits: \(network.fits ? "yes" : "no")")
      lines += network.missing.map { "missing: \($0)" }
      lines += network.unexpected.map { "unexpected: \($0)" }
      lines += network.different.map { "different: \($0)" }
    } else {
      lines.append("fits: no")
    }
    lines += report.notes.map { "note: \($0)" }
    let count = report.tensors.reduce(0) { $0 + $1.elementCount }
    lines.append("tensors: \(report.tensors.count), \(count) elements")
    return lines.map(\.printable).joined(separator: "\n")
  }

  private static func tensors(_ report: CheckpointReport) -> String {
    var table = TextTable(.left("tensor"), .left("type"), .left("shape"))
    for tensor in report.tensors {
      let shape = tensor.shape.map(String.init).joined(separator: "×")
      table.append(tensor.name.printable, tensor.type, shape.isEmpty ? "scalar" : shape)
    }
    return table.rendered()
  }

  private static func object(_ report: CheckpointReport) -> JSONValue {
    let tensors = report.tensors.map { tensor -> JSONValue in
      [
        "name": .string(tensor.name), "type": .string(tensor.type),
        "shape": .integers(tensor.shape),
      ]
    }
    let metadata = report.metadata.sorted { $0.key < $1.key }
    return [
      "file": .string(report.file),
      "format": .string(report.format),
      "container": .array(report.container.map { .string($0) }),
      "metadata": .object(metadata.map { .init(name: $0.key, value: .string($0.value)) }),
      "network": report.network.map(object) ?? .null,
      "notes": .array(report.notes.map { .string($0) }),
      "tensors": .array(tensors),
    ]
  }

  private static func object(_ network: CheckpointReport.Network) -> JSONValue {
    [
      "variant": .string(network.variant.name),
      "form": .string(network.form),
      "prefix": .string(network.prefix),
      "classes": .integer(network.classCount),
      "fits": .bool(network.fits),
      "missing": .array(network.missing.map { .string($0) }),
      "unexpected": .array(network.unexpected.map { .string($0) }),
      "different": .array(network.different.map { .string($0) }),
    ]
  }
}
