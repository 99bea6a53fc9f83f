import Foundation
import Testing

@testable import FastViTFiles

/// A tensor is accepted only if its storage holds all of its elements.
extension PickleHostileTests {
  @Test(arguments: [
    (2, 0, [3], [1]), (2, 1, [2], [1]), (2, -1, [1], [1]), (2, 0, [-1], [1]), (2, 0, [2], [-1]),
    (2, 0, [2], [2]), (2, 0, [1 << 62], [0]), (2, 0, [1 << 62, 4], [1, 1]), (2, .max, [1], [1]),
    (2, 0, [2], []), (2, 0, [], [1]), (3, 0, [2], [1]), (.max, 0, [2], [1]), (-1, 0, [2], [1]),
    (1 << 62, 0, [2], [1]), (2, 0, [4], [0]), (2, 0, [Int](repeating: 1, count: 65), [1]),
  ])
  func rejectsTensorsThatDoNotFit(
    count: Int,
    offset: Int,
    shape: [Int],
    strides: [Int]
  ) throws {
    let error = try failure(
      opening:
        PickleWriter.checkpoint {
          $0.dictionary {
            $0.add("x")
            $0.add(tensorOf: "0", count: count, offset: offset, shape: shape, strides: strides)
          }
        }
    )
    #expect(error.kind == .malformed)
    #expect(error.tensor == "x")
  }

  @Test(arguments: [(16, true), (20, false)])
  func limitsViewsOfOneStorage(count: Int, isRead: Bool) throws {
    var pickle = PickleWriter()
    pickle.dictionary {
      for index in 0..<count {
        $0.add("x\(index)")
        $0.add(tensorOf: "0", count: 10_000, shape: [10_000], strides: [1])
      }
    }
    pickle.add(.stop)
    let storage = float32([Float](repeating: 1, count: 10_000))
    let bytes = Data(ZipWriter(pickle: pickle.bytes, storages: ["0": storage]).bytes)
    if isRead {
      #expect(try Checkpoint(bytes, file: "file").tensors.count == count)
    } else {
      #expect(try failure(opening: bytes).found.contains("share their storages"))
    }
  }

  /// The error of opening a checkpoint of a valid tensor `x` and of `y`, a call with `arguments`.
  private func callFailure(
    _ module: String, _ name: String, _ arguments: (inout PickleWriter) -> Void
  ) throws -> FileError {
    let error = try failure(
      opening: PickleWriter.checkpoint {
        $0.dictionary {
          $0.add("x")
          $0.addPair()
          $0.add("y")
          $0.add(callOf: module, name, arguments)
        }
      })
    #expect(error.tensor == "y")
    return error
  }

  @Test(arguments: [
    (["storage"], ["0"]), (["storage"], ["0", "cpu", "cuda"]), (["storages"], ["0", "cpu"]),
  ])
  func rejectsStoragesWithOtherFields(words: [String], more: [String]) throws {
    let error = try callFailure("torch._utils", "_rebuild_tensor") {
      $0.add(storage: words, "FloatStorage", more, 2)
      $0.add(0)
      $0.add(tuple: [2])
      $0.add(tuple: [1])
    }
    #expect(error.found == "a storage" && error.kind == .malformed)
  }

  /// A size that is not a number is an error, not skipped.
  @Test func rejectsShapesThatAreNotOfNumbers() throws {
    let error = try callFailure("torch._utils", "_rebuild_tensor") {
      $0.add(storage: ["storage"], "FloatStorage", ["0", "cpu"], 2)
      $0.add(0)
      $0.add(2)
      $0.add(.none)
      $0.add(.tuple2)
      $0.add(tuple: [1])
    }
    #expect(error.found == "a tensor of unreadable shape")
  }

  /// A type of another library may have the name of PyTorch's, but is not accepted.
  @Test(arguments: [("torch", true), ("numpy", false)])
  func rejectsTypesOfOtherModules(module: String, isPyTorch: Bool) throws {
    let bytes = PickleWriter.checkpoint {
      $0.dictionary {
        $0.add("x")
        $0.add(callOf: "torch._utils", "_rebuild_tensor_v3") {
          $0.add(storage: ["storage"], "UntypedStorage", ["0", "cpu"], 8)
          $0.add(0)
          $0.add(tuple: [2])
          $0.add(tuple: [1])
          $0.add(.newFalse)
          $0.add(.none)
          $0.add(global: module, "float32")
        }
      }
    }
    if isPyTorch {
      let checkpoint = try Checkpoint(Data(bytes), file: "file")
      #expect(checkpoint["x"]?.values(as: Float.self) == [1.5, 2.5])
    } else {
      #expect(try failure(opening: bytes).found.contains("numpy.float32"))
    }
  }

  /// Calls with fewer arguments than PyTorch's functions take make no tensor.
  @Test(arguments: [
    ("torch._utils", "_rebuild_tensor", 3), ("torch._utils", "_rebuild_tensor_v2", 3),
    ("torch._utils", "_rebuild_tensor_v3", 6), ("torch._utils", "_rebuild_parameter", 0),
    ("torch._utils", "_rebuild_parameter_with_state", 0),
    ("torch._tensor", "_rebuild_from_type_v2", 2),
  ])
  func rejectsCallsWithTooFewArguments(module: String, name: String, count: Int) throws {
    let error = try callFailure(module, name) {
      for _ in 0..<count { $0.add(.none) }
    }
    #expect(error.kind == .unsupported)
  }

  /// Within a call that adds attributes, calls with too few arguments make no tensor either, nor do
  /// functions that have only the name of PyTorch's.
  @Test(arguments: [
    ("torch._utils", "_rebuild_tensor_v2", 3), ("torch._utils", "_rebuild_tensor_v3", 6),
    ("torch.other", "_rebuild_tensor_v2", 6),
  ])
  func rejectsWrappedCallsThatMakeNoTensor(module: String, name: String, count: Int) throws {
    let error = try callFailure("torch._tensor", "_rebuild_from_type_v2") {
      $0.add(global: module, name)
      $0.add(.none)
      $0.add(.mark)
      for _ in 0..<count { $0.add(.none) }
      $0.add(.tuple)
      $0.add(.none)
    }
    #expect(error.found == "an object of \(module).\(name)")
  }

  @Test func rejectsUnknownStoragesByName() throws {
    for storageClass in ["ComplexFloatStorage", "QInt8Storage", "load"] {
      let error = try failure(
        opening:
          PickleWriter.checkpoint {
            $0.dictionary {
              $0.add("x")
              $0.add(
                tensorOf: "0",
                count: 2,
                storageClass: storageClass,
                shape: [2],
                strides: [1]
              )
            }
          }
      )
      #expect(error.kind == .unsupported)
      #expect(error.tensor == "x")
      #expect(error.found.contains(storageClass))
    }
  }

  @Test func rejectsTensorsThatAreNotDense() throws {
    let error = try failure(
      opening:
        PickleWriter.checkpoint {
          $0.dictionary {
            $0.add("x")
            $0.addPair()
            $0.add("quantised")
            $0.add(global: "torch._utils", "_rebuild_qtensor")
            $0.add(.emptyTuple)
            $0.add(.reduce)
          }
        }
    )
    #expect(error.tensor == "quantised")
    #expect(error.kind == .unsupported)
  }
}
