import FastViTFiles
import FastViTNetwork

/// What a checkpoint file holds, for a person to read.
package struct CheckpointReport: Sendable {
  package let file: String

  /// `safetensors` or `pytorch`.
  package let format: String

  /// Keys unwrapped to reach the tensors, such as `state_dict`.
  package let container: [String]

  /// One tensor as stored.
  package struct Entry: Sendable {
    package let name: String
    package let type: String
    package let shape: [Int]
    package let elementCount: Int
  }

  package let tensors: [Entry]
  package let metadata: [String: String]

  /// The network recognised; nil where it is none.
  package struct Network: Sendable {
    package let variant: Variant
    package let form: String
    package let prefix: String
    package let classCount: Int

    /// Tensors of the variant that are not there.
    package let missing: [String]

    /// Tensors that the variant does not have.
    package let unexpected: [String]

    /// Tensors of another shape or type, each with what was found and expected.
    package let different: [String]
  }

  package let network: Network?

  /// Anything odd, a sentence each.
  package let notes: [String]

  /// Reads the file at `path` and describes it, whether or not it is a network that can be run.
  ///
  /// - Parameter variant: the variant to compare with; nil for the one that fits best.
  /// - Throws: `missingInput` or `badData` where no tensors can be read at all.
  package init(contentsOf path: String, variant: Variant? = nil) throws(FastViTError) {
    let checkpoint: Checkpoint
    do {
      checkpoint = try Checkpoint(contentsOf: path)
    } catch {
      throw FastViTError(error)
    }
    file = checkpoint.file
    format = "\(checkpoint.format)"
    container = checkpoint.container
    metadata = checkpoint.metadata
    tensors = checkpoint.tensors.map {
      Entry(
        name: $0.name, type: "\($0.elementType)", shape: $0.shape, elementCount: $0.elementCount)
    }
    var notes = checkpoint.notes
    do {
      let contents = try CheckpointContents(of: checkpoint, architecture: variant?.architecture)
      network = Network(contents)
      if !contents.ignored.isEmpty {
        notes.append("\(contents.ignored.count) tensors outside '\(contents.prefix)' are not used")
      }
    } catch {
      network = nil
      notes.append(error.description)
    }
    notes += Self.nonFinite(checkpoint.tensors)
    self.notes = notes
  }

  /// A note for every tensor that holds NaN or infinity.
  private static func nonFinite(_ tensors: [Tensor]) -> [String] {
    tensors.compactMap { tensor in
      guard tensor.elementType.isFloatingPoint else { return nil }
      let count = tensor.values(as: Float.self).count { !$0.isFinite }
      return count > 0 ? "'\(tensor.name)' holds \(count) values that are not finite" : nil
    }
  }
}

extension CheckpointReport.Network {
  fileprivate init(_ contents: CheckpointContents) {
    let mismatch = contents.mismatch
    variant = Variant(contents.parameters.architecture)
    form = contents.parameters.form.description
    prefix = contents.prefix
    classCount = contents.parameters.classCount
    missing = mismatch.missing
    unexpected = mismatch.unexpected
    different = mismatch.different.map { "\($0.name): found \($0.found), expected \($0.expected)" }
  }
}

extension CheckpointReport.Network {
  /// Whether the checkpoint holds exactly the variant's tensors.
  package var fits: Bool { missing.isEmpty && unexpected.isEmpty && different.isEmpty }
}
