import FastViT
import FastViTCommandLine
import Foundation

/// What `classify` prints.
struct ClassificationReport {
  private struct Image {
    let name: String
    let classes: [Inference.ScoredClass]
    let check: GoldenCheck?
  }

  private let model: Model
  private let labels: [String]?
  private let isSynthetic: Bool
  private var images: [Image] = []

  init(model: Model, labels: [String]?, isSynthetic: Bool) {
    self.model = model
    self.labels = labels
    self.isSynthetic = isSynthetic
  }

  /// Adds the best classes of one image, and the comparison of its logits with known ones.
  mutating func append(
    _ name: String, _ classes: [Inference.ScoredClass], check: GoldenCheck? = nil
  ) {
    images.append(Image(name: name, classes: classes, check: check))
  }

  /// The message about the first check that failed; nil where none failed.
  var failedCheck: String? {
    images.lazy.compactMap(\.check).first { !$0.passes }.map(\.summary)
  }

  /// The report as text.
  var text: String {
    var lines = ["\(model.variant), weights \(model.source)"]
    for image in images {
      lines += ["", image.name, table(image.classes)]
      if let check = image.check { lines.append(check.summary) }
    }
    if isSynthetic {
      lines += ["", "The weights are synthetic: the classes and their order mean nothing."]
    }
    return lines.map { $0.split(separator: "\n").map { String($0).printable } }
      .map { $0.joined(separator: "\n") }.joined(separator: "\n")
  }

  private func table(_ classes: [Inference.ScoredClass]) -> String {
    var table = TextTable(.right("class"), .right("logit"), .right("probability"), .left("label"))
    for entry in classes {
      table.append(
        "\(entry.index)", String(format: "%.4f", entry.logit),
        String(format: "%.2f %%", 100 * entry.probability), labels?[entry.index] ?? "")
    }
    return table.rendered()
  }

  /// The report as JSON.
  var json: JSONValue {
    [
      "model": .string(model.variant.name),
      "weights": .string(model.source),
      "synthetic": .bool(isSynthetic),
      "images": .array(images.map(object)),
    ]
  }

  private func object(_ image: Image) -> JSONValue {
    let classes = image.classes.map { entry -> JSONValue in
      [
        "class": .integer(entry.index),
        "label": labels.map { .string($0[entry.index]) } ?? .null,
        "logit": .number(entry.logit),
        "probability": .number(entry.probability),
      ]
    }
    return [
      "image": .string(image.name),
      "classes": .array(classes),
      "check": image.check?.json ?? .null,
    ]
  }
}
