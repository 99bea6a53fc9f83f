import CommandLineTool
import FastViT
import Foundation

/// What `classify` prints.
struct ClassificationReport {
  private struct Picture {
    let name: String
    let classes: [Inference.ScoredClass]
    let check: GoldenCheck?
  }

  private let model: Model
  private let labels: [String]?
  private let isSynthetic: Bool
  private var pictures: [Picture] = []

  init(model: Model, labels: [String]?, isSynthetic: Bool) {
    self.model = model
    self.labels = labels
    self.isSynthetic = isSynthetic
  }

  /// Adds a picture's best classes, and how its logits compare with known ones.
  mutating func append(
    _ name: String, _ classes: [Inference.ScoredClass], check: GoldenCheck? = nil
  ) {
    pictures.append(Picture(name: name, classes: classes, check: check))
  }

  /// What to say if known logits were missed.
  var failedCheck: String? {
    pictures.lazy.compactMap(\.check).first { !$0.passes }.map(\.summary)
  }

  /// For a person.
  var text: String {
    var lines = ["\(model.variant), weights \(model.source)"]
    for picture in pictures {
      lines += ["", picture.name, table(picture.classes)]
      if let check = picture.check { lines.append(check.summary) }
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

  /// For a program.
  var json: JSONValue {
    [
      "model": .string(model.variant.name),
      "weights": .string(model.source),
      "synthetic": .bool(isSynthetic),
      "pictures": .array(pictures.map(object)),
    ]
  }

  private func object(_ picture: Picture) -> JSONValue {
    let classes = picture.classes.map { entry -> JSONValue in
      [
        "class": .integer(entry.index),
        "label": labels.map { .string($0[entry.index]) } ?? .null,
        "logit": .number(entry.logit),
        "probability": .number(entry.probability),
      ]
    }
    return [
      "picture": .string(picture.name),
      "classes": .array(classes),
      "check": picture.check?.json ?? .null,
    ]
  }
}
