import FastViT
import FastViTCommandLine

/// `fastvit variants`: prints the table of the networks.
struct VariantsCommand: Command {
  static let json = Parameter<Bool>.flag("json", help: "Print JSON.")

  static let description = CommandDescription(
    name: "variants",
    abstract: "List the variants with their sizes.",
    discussion: """
      Parameters are those of the folded network with 1000 classes. GMACs are 10^9 multiply-adds for \
      one image of 256x256 pixels. Crop is the fraction of the image's shorter side that Apple and timm \
      keep for evaluation.
      """,
    parameters: [json])

  let json: Bool

  init(_ arguments: ParsedArguments) throws(UsageError) {
    json = arguments[Self.json]
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    if json {
      print(JSONValue.array(Variant.allCases.map(Self.object)).indented, to: &output)
      return
    }
    var table = TextTable(
      .left("variant"), .left("blocks"), .left("widths"), .right("parameters"), .right("GMACs"),
      .right("crop Apple"), .right("timm"))
    for variant in Variant.allCases {
      table.append(
        variant.name, variant.depths.map(String.init).joined(separator: ","),
        variant.widths.map(String.init).joined(separator: ","),
        millions(variant.parameterCount) + " M",
        billions(variant.multiplyAdds(height: 256, width: 256)),
        "\(variant.cropRatios.apple)", "\(variant.cropRatios.timm)")
    }
    print(table.rendered(), terminator: "", to: &output)
  }

  private static func object(_ variant: Variant) -> JSONValue {
    [
      "name": .string(variant.name),
      "depths": .integers(variant.depths),
      "widths": .integers(variant.widths),
      "embedding_width": .integer(variant.embeddingWidth),
      "parameters": .integer(variant.parameterCount),
      "multiply_adds_256": .integer(variant.multiplyAdds(height: 256, width: 256)),
      "input_size": .integer(variant.defaultInputSize),
      "crop_apple": .number(variant.cropRatios.apple),
      "crop_timm": .number(variant.cropRatios.timm),
    ]
  }
}
