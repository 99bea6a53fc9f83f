/// A checkpoint file of any supported format, recognised by its content rather than its name.
package struct Checkpoint: Sendable {
  /// How the file stores its tensors.
  package enum Format: Sendable {
    /// A JSON header and raw data.
    case safetensors
    /// The zip archive that `torch.save` has written since PyTorch 1.6.
    case pytorch
  }

  /// The path as the caller gave it.
  package let file: String
  package let format: Format
  /// The tensors, in the order in which the file names them; no two share a name.
  package let tensors: [Tensor]
  /// The free text of a safetensors header (`__metadata__`).
  package let metadata: [String: String]
  /// The keys unwrapped to reach the tensors, outermost first, for example `["state_dict"]`.
  package let container: [String]
  /// Anything odd worth telling a person, one line each: what was ignored, and why.
  package let notes: [String]

  /// The tensor called `name`.
  package subscript(name: String) -> Tensor? { nil }

  /// Opens the file at `path` and checks all of its structure; element data stays in the file.
  package init(contentsOf path: String) throws(CheckpointError) {
    throw CheckpointError(.unsupported, file: path, found: "a file", expected: "a finished reader")
  }
}
