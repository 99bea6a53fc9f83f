import Foundation

/// Makes tensors from the calls in a checkpoint's pickle and checks every argument against the storage.
struct TorchTensorBuilder {
  let graph: PickleGraph
  let archive: ZipArchive
  /// The archive's top folder with a slash at its end.
  let prefix: String

  /// The tensor that the value at `reference` describes; the value must be a tensor.
  func tensor(
    named name: String,
    _ reference: PickleValue.Reference
  ) throws(FileError) -> Tensor {
    guard case .tensor(let function, let arguments) = graph[reference],
      case .tuple(let values) = graph[arguments], values.count >= 4
    else { preconditionFailure("not a tensor") }
    let storage = try storage(values[0], of: name)
    let elementType: StoredType?
    switch function {
    case .typedStorage: elementType = StoredType(storageClass: storage.className)
    case .untypedStorage:
      elementType = graph.global(values[6]).flatMap { StoredType(torchType: $0) }
    }
    guard let elementType else {
      let type = function == .typedStorage ? storage.className : graph.kind(of: values[6])
      throw FileError(
        .unsupported,
        file: archive.file,
        tensor: name,
        found: "elements of type \(type)",
        expected: "real numbers of 8 to 64 bits"
      )
    }
    let unit = function == .typedStorage ? elementType.byteCount : 1
    guard storage.bytes.count.isMultiple(of: unit), storage.bytes.count / unit == storage.count
    else {
      throw malformed(
        name,
        "\(storage.bytes.count) bytes of storage",
        "\(storage.count) times \(unit)"
      )
    }
    guard let offset = integer(values[1]), let shape = integers(values[2]),
      let strides = integers(values[3])
    else { throw malformed(name, "a tensor of unreadable shape", "whole numbers") }
    guard let layout = TensorLayout(shape: shape, strides: strides),
      let tensor = Tensor(
        name: name,
        elementType: elementType,
        layout: layout,
        offset: offset,
        in: storage.bytes
      )
    else {
      throw malformed(
        name,
        "shape \(shape) with strides \(strides) at \(offset)",
        "elements among the \(storage.bytes.count / elementType.byteCount) of its storage"
      )
    }
    return tensor
  }

  private struct Storage {
    let className: String
    /// The size that the pickle states: in elements, or in bytes if the class is untyped.
    let count: Int
    let bytes: Data
  }

  /// The storage of the tensor called `name`, from a persistent identifier
  /// `('storage', class, key, location, count)`.
  private func storage(
    _ reference: PickleValue.Reference,
    of name: String
  ) throws(FileError) -> Storage {
    guard case .persistent(let identifier) = graph[reference],
      case .tuple(let fields) = graph[identifier], fields.count == 5,
      case .string("storage") = graph[fields[0]],
      let storageClass = graph.global(fields[1]),
      case .string(let key) = graph[fields[2]],
      let count = integer(fields[4])
    else {
      throw malformed(
        name,
        graph.kind(of: reference),
        "a storage by its class, key, place, and number of elements"
      )
    }
    guard let bytes = try archive.contents(of: prefix + "data/" + key) else {
      throw malformed(name, "no zip entry data/\(key)", "the bytes of its storage")
    }
    return Storage(className: storageClass.qualifiedName, count: count, bytes: bytes)
  }

  private func integer(_ reference: PickleValue.Reference) -> Int? {
    guard case .integer(let value) = graph[reference] else { return nil }
    return value
  }

  private func integers(_ reference: PickleValue.Reference) -> [Int]? {
    guard case .tuple(let values) = graph[reference], values.count <= TensorLayout.rankLimit else {
      return nil
    }
    let integers = values.compactMap(integer)
    return integers.count == values.count ? integers : nil
  }

  private func malformed(_ name: String, _ found: String, _ expected: String) -> FileError {
    FileError(
      .malformed,
      file: archive.file,
      tensor: name,
      found: found,
      expected: expected
    )
  }
}

extension StoredType {
  /// The type of the elements in a storage of the Python class with this qualified name.
  fileprivate init?(storageClass name: String) {
    switch name {
    case "torch.HalfStorage": self = .float16
    case "torch.BFloat16Storage": self = .bfloat16
    case "torch.FloatStorage": self = .float32
    case "torch.DoubleStorage": self = .float64
    case "torch.CharStorage": self = .int8
    case "torch.ShortStorage": self = .int16
    case "torch.IntStorage": self = .int32
    case "torch.LongStorage": self = .int64
    case "torch.ByteStorage": self = .uint8
    case "torch.BoolStorage": self = .bool
    default: return nil
    }
  }

  /// The type that PyTorch calls `global`, for example `torch.uint16`.
  fileprivate init?(torchType global: PickleGlobal) {
    guard global.module == "torch",
      let type = Self.allCases.first(where: { String(describing: $0) == global.name })
    else { return nil }
    self = type
  }
}
