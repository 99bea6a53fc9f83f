import FastViT
import FastViTCommandLine

/// Where a command's weights come from.
enum WeightsSource: Sendable, Equatable, CustomStringConvertible {
  case file(String)
  case synthetic(seed: UInt64)

  /// The argument on the command line.
  var description: String {
    switch self {
    case .file(let path): path
    case .synthetic(let seed): seed == 0 ? "synthetic" : "synthetic:\(seed)"
    }
  }
}

extension ValueType where Value == WeightsSource {
  /// `FILE`, or `synthetic` with an optional colon and seed.
  static var weights: Self {
    ValueType(expecting: "a file, 'synthetic' or 'synthetic:SEED'") { word in
      let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.first == "synthetic" else { return word.isEmpty ? nil : .file(word) }
      return UInt64(parts.count == 2 ? parts[1] : "0").map { .synthetic(seed: $0) }
    }
  }
}

extension ValueType where Value == Variant {
  /// A variant such as `t8` or `fastvit_t8`.
  static var variant: Self {
    let names = Variant.allCases.map(\.name)
    return ValueType(
      expecting: "a variant: " + names.joined(separator: ", "), choices: names
    ) { Variant($0) }
  }
}

extension ValueType where Value == Preprocessing {
  /// A published recipe.
  static var preprocessing: Self {
    let names = Preprocessing.names
    return ValueType(
      expecting: "one of " + names.joined(separator: ", "), choices: names
    ) { Preprocessing($0) }
  }
}

extension ValueType where Value == VectorInstructions {
  /// A set of vector instructions that this machine can run.
  static var instructionSet: Self {
    let names = VectorInstructions.available.map(\.name)
    return ValueType(
      expecting: "an instruction set of this machine: " + names.joined(separator: ", "),
      choices: names
    ) { VectorInstructions($0) }
  }
}

/// The options with which commands choose a model.
enum ModelArguments {
  static let variant = Parameter<Variant?>.option(
    "model", "M", .variant, help: "The variant, such as t8 or fastvit_t8.")

  /// The largest side in pixels. The limit is arbitrary; it catches typing errors.
  static let longestSide = 16_384

  /// The largest number of pixels of a batch: as many as the largest image has.
  static let mostPixels = longestSide * longestSide

  static let size = Parameter<PixelSize>.option(
    "size", "HxW", .size(in: Session.smallestInputSize...longestSide),
    default: PixelSize(height: 256, width: 256), help: "Height and width of the input in pixels.")

  static let threads = Parameter<Int?>.option(
    "threads", "N", .integer(in: 1...1024),
    help: "The number of workers; by default one per core that this process may use.")

  static let instructionSet = Parameter<VectorInstructions>.option(
    "isa", "NAME", .instructionSet, default: .best,
    help: "The vector instructions to use; all give the same bits.")

  /// The model with `weights`.
  ///
  /// - Parameters:
  ///   - variant: the variant that a file must hold, nil for any; for synthetic weights nil means T8.
  ///   - instructionSet: the vector instructions to use.
  ///   - tuning: the choices of a tuning profile.
  static func model(
    _ weights: WeightsSource, _ variant: Variant?, _ instructionSet: VectorInstructions = .best,
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

  /// The network with `weights`, before it is made into a model; `variant` as in `model`.
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
