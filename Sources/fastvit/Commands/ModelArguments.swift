import CommandLineTool
import FastViT

/// Where a command's weights come from.
enum WeightsSource: Sendable, Equatable, CustomStringConvertible {
  case file(String)
  case synthetic(seed: UInt64)

  /// The word of the command line.
  var description: String {
    switch self {
    case .file(let path): path
    case .synthetic(let seed): seed == 0 ? "synthetic" : "synthetic:\(seed)"
    }
  }
}

extension ValueType where Value == WeightsSource {
  /// `FILE`, or `synthetic` with an optional seed behind a colon.
  static var weights: Self {
    ValueType(expecting: "a file, 'synthetic' or 'synthetic:SEED'") { word in
      let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.first == "synthetic" else { return word.isEmpty ? nil : .file(word) }
      return UInt64(parts.count == 2 ? parts[1] : "0").map { .synthetic(seed: $0) }
    }
  }
}

extension ValueType where Value == Variant {
  /// A variant, as `t8` or `fastvit_t8`.
  static var variant: Self {
    let names = Variant.allCases.map(\.name)
    return ValueType(
      expecting: "a variant: " + names.joined(separator: ", "), choices: names
    ) { Variant($0) }
  }
}

extension ValueType where Value == InstructionSet {
  /// A set of vector instructions that this machine can run.
  static var instructionSet: Self {
    let names = InstructionSet.available.map(\.name)
    return ValueType(
      expecting: "an instruction set of this machine: " + names.joined(separator: ", "),
      choices: names
    ) { InstructionSet($0) }
  }
}

/// The options by which commands choose a model, and what they mean together.
enum ModelArguments {
  static let variant = Parameter<Variant?>.option(
    "model", "M", .variant, help: "The variant, also written fastvit_t8.")

  /// Pixels; arbitrary, against slips of the hand.
  static let longestSide = 16_384

  /// Of a batch: those of the largest picture.
  static let mostPixels = longestSide * longestSide

  static let size = Parameter<PixelSize>.option(
    "size", "HxW", .size(in: Session.smallestInputSize...longestSide),
    default: PixelSize(height: 256, width: 256), help: "Height and width of the input in pixels.")

  static let threads = Parameter<Int?>.option(
    "threads", "N", .integer(in: 1...1024),
    help: "Workers; as many as this process may use cores if not given.")

  static let instructionSet = Parameter<InstructionSet>.option(
    "isa", "NAME", .instructionSet, default: .best,
    help: "Vector instructions to use; all give the same bits.")

  /// The model of `weights`.
  ///
  /// - Parameters:
  ///   - variant: what a file must hold, if given; of synthetic weights T8 if not.
  ///   - tuning: what was measured to be fast.
  static func model(
    _ weights: WeightsSource, _ variant: Variant?, _ instructionSet: InstructionSet = .best,
    tuning: Model.Tuning? = nil
  ) throws(CommandFailure) -> Model {
    switch weights {
    case .file(let path):
      return try reportingFailure { () throws(FastViTError) in
        try Model(
          contentsOf: path, variant: variant, instructionSet: instructionSet, tuning: tuning)
      }
    case .synthetic(let seed):
      return Model(
        synthetic: variant ?? .t8, seed: seed, instructionSet: instructionSet, tuning: tuning)
    }
  }

  /// The network of `weights`, not yet made into a model; `variant` as there.
  static func network(
    _ weights: WeightsSource, _ variant: Variant?
  ) throws(CommandFailure) -> SourceNetwork {
    switch weights {
    case .file(let path):
      return try reportingFailure { () throws(FastViTError) in
        try SourceNetwork(contentsOf: path, variant: variant)
      }
    case .synthetic(let seed):
      return SourceNetwork(synthetic: variant ?? .t8, seed: seed)
    }
  }
}
