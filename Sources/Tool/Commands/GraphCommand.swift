import FastViT
import FastViTCommandLine

/// `fastvit graph`: prints the folded network, one line per operation.
struct GraphCommand: Command {
  static let weights = Parameter<WeightsSource?>.option(
    "weights", "FILE", .weights, help: "A checkpoint whose variant and number of classes to use.")
  static let json = Parameter<Bool>.flag("json", help: "Print JSON.")
  static let shapes = Parameter<String?>.option(
    "emit-shapes", "FILE", .path,
    help: "Write the problems that the kernels solve, for fastvit-bench, and print nothing.")

  static let description = CommandDescription(
    name: "graph",
    abstract: "Print the folded network: shapes, multiply-adds and bytes of every operation.",
    discussion: """
      Values are numbered; %0 is the normalised image. An activation or a sum that a kernel applies to \
      its result stands with the operation: pointwise + gelu. Bytes are those of fp32 weights, and of \
      inputs and outputs, each counted once.

      With --emit-shapes, FILE gets one problem per line in benchdnn's notation, with suffixes such as \
      +gelu; *N is the number of equal problems.
      """,
    parameters: [ModelArguments.variant, weights, ModelArguments.size, json, shapes])

  let variant: Variant?
  let weights: WeightsSource?
  let size: PixelSize
  let json: Bool
  let shapes: String?

  init(_ arguments: ParsedArguments) throws(UsageError) {
    variant = arguments[ModelArguments.variant]
    weights = arguments[Self.weights]
    size = arguments[ModelArguments.size]
    json = arguments[Self.json]
    shapes = arguments[Self.shapes]
    if json && shapes != nil {
      throw UsageError("'--json' and '--emit-shapes' exclude each other")
    }
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let model: Model? =
      if let weights { try ModelArguments.model(weights, variant) } else { nil }
    let variant = model?.variant ?? variant ?? .t8
    let name = variant.name
    if let shapes {
      let problems =
        model?.problems(height: size.height, width: size.width)
        ?? variant.problems(height: size.height, width: size.width)
      let text = ShapeFile.text(
        problems.map(\.description), model: name, size: size.description, command: "graph")
      try reportingFailure { () throws(FastViTError) in try TextFile.write(text, to: shapes) }
      return
    }
    let lines =
      model?.graphLines(height: size.height, width: size.width)
      ?? variant.graphLines(height: size.height, width: size.width)
    if json {
      print(Self.object(name, size, lines).indented, to: &output)
    } else {
      print(Self.table(lines), terminator: "", to: &output)
      print(Self.totals(name, size, lines), to: &output)
    }
  }

  private static func table(_ lines: [GraphLine]) -> String {
    var table = TextTable(
      .right("value"), .left("operation"), .left("inputs"), .left("from"), .left("to"),
      .right("MMACs"), .right("weights KiB"), .right("maps KiB"), .left("name"))
    for line in lines {
      table.append(
        "%\(line.output)", line.operation, line.inputs.map { "%\($0)" }.joined(separator: " "),
        line.inputShape.description, line.outputShape.description,
        millions(line.cost.multiplyAdds), kibibytes(line.cost.weightBytes),
        kibibytes(line.cost.activationBytes), line.name)
    }
    return table.rendered()
  }

  private static func totals(_ name: String, _ size: PixelSize, _ lines: [GraphLine]) -> String {
    let multiplyAdds = lines.reduce(0) { $0 + $1.cost.multiplyAdds }
    let bytes = lines.reduce(0) { $0 + $1.cost.weightBytes }
    return "\(name) at \(size): \(lines.count) operations, \(millions(multiplyAdds)) MMACs, "
      + "\(kibibytes(bytes)) KiB of weights"
  }

  private static func object(
    _ name: String, _ size: PixelSize, _ lines: [GraphLine]
  ) -> JSONValue {
    let operations = lines.map { line -> JSONValue in
      [
        "output": .integer(line.output),
        "inputs": .integers(line.inputs),
        "name": .string(line.name),
        "operation": .string(line.operation),
        "input_shape": .integers(
          [line.inputShape.height, line.inputShape.width, line.inputShape.channels]),
        "output_shape": .integers(
          [line.outputShape.height, line.outputShape.width, line.outputShape.channels]),
        "multiply_adds": .integer(line.cost.multiplyAdds),
        "weight_bytes": .integer(line.cost.weightBytes),
        "activation_bytes": .integer(line.cost.activationBytes),
      ]
    }
    return [
      "model": .string(name), "height": .integer(size.height), "width": .integer(size.width),
      "operations": .array(operations),
    ]
  }
}
