import Foundation
import Testing

@testable import Checkpoints

@Suite struct PickleHostileTests {
  /// Opens a checkpoint whose pickle is `instructions`, as they are.
  private func pickleFailure(_ instructions: [UInt8]) throws -> CheckpointError {
    try failure(opening: ZipWriter(pickle: [0x80, 2] + instructions).bytes)
  }

  @Test func survivesDeepNests() throws {
    let depth = 200_000
    let nests: [[UInt8]] = [
      [UInt8](repeating: 0x5D, count: depth) + [UInt8](repeating: 0x61, count: depth - 1),
      [0x29] + [UInt8](repeating: 0x85, count: depth),
      [UInt8](repeating: 0x28, count: depth) + [UInt8](repeating: 0x74, count: depth),
      [UInt8](repeating: 0x28, count: depth) + [UInt8](repeating: 0x6C, count: depth),
      [UInt8](repeating: 0x5D, count: depth), [UInt8](repeating: 0x28, count: depth),
    ]
    for nest in nests { _ = try pickleFailure(nest + [0x2E]) }
    let dictionaries = Array(
      repeatElement([0x7D, 0x58, 1, 0, 0, 0, 0x61] as [UInt8], count: depth).joined()
    )
    _ = try pickleFailure(
      dictionaries + [0x4E] + [UInt8](repeating: 0x73, count: depth) + [0x2E]
    )
  }

  @Test(arguments: [
    "", ".", "0", "1", "2", "a", "e", "s", "u", "t", "l", "d", "R", "b", "Q", "\u{1}", "q", "q\0",
    "h\0.", "h\u{7}.", "j\u{1}\0\0\0.", "X\u{9}\0\0\0a", "X\u{7F}\u{7F}\u{7F}\u{7F}", "N", "NN.",
    "(N.", "N(.", "(N1.", "]Na", "Na.", "NNa.", "NNNs.", "]NNs.", "}(Nu.", "}(]NNu.", "(N(u", "cos",
    "cos\nsystem", "cos\nsystem\nR", "(cos\nsystem\nNR", "cos\nsystem\n)R.N", "cos\nsystem\n)R.",
    "S'a'\n.", "I1\n.", "(i__main__\nA\n.", "P1\n.", "N.N", "N\u{52}.", "J\0\0", "G\0",
    "ccollections\nOrderedDict\nN\u{85}R.", "ccollections\nOrderedDict\n]Na\u{85}R.",
  ])
  func rejectsBrokenPickles(instructions: String) throws {
    let bytes = instructions.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    _ = try pickleFailure(bytes)
  }

  @Test func rejectsOtherProtocols() throws {
    for version: UInt8 in [0, 1, 6, 255] {
      let zip = ZipWriter(pickle: [0x80, version, 0x4E, 0x2E])
      #expect(try failure(opening: zip.bytes).kind == .unsupported)
    }
    #expect(
      try failure(opening: ZipWriter(pickle: [0x4E, 0x2E]).bytes).kind
        == .malformed
    )
  }

  @Test func rejectsLengthsBeyondThePickle() throws {
    for count: UInt64 in [3, 1 << 31, 1 << 62, 1 << 63, .max] {
      for opcode in [0x8D, 0x8E, 0x96, 0x95] as [UInt8] {
        _ = try pickleFailure([opcode] + littleEndian(count) + [0x2E])
      }
    }
  }

  @Test func limitsCopies() throws {
    // A long list of pairs, copied again and again by a call of three bytes.
    var pickle = Array("ccollections\nOrderedDict\nq\0](".utf8) + [0x4E, 0x4E, 0x86, 0x71, 1]
    for _ in 0..<100_000 { pickle += [0x68, 1] }
    pickle += [0x65, 0x85, 0x71, 2]
    for _ in 0..<100_000 { pickle += [0x30, 0x68, 0, 0x68, 2, 0x52] }
    #expect(try pickleFailure(pickle + [0x2E]).found.contains("more values"))
  }

  @Test func looksAtASharedDictionaryOnce() throws {
    // Many keys that lead to one large dictionary: 9 * 10^9 looks at its values, were it forgotten.
    let bytes = PickleWriter.checkpoint {
      $0.dictionary {
        $0.add(.none)
        $0.dictionary {
          for _ in 0..<600_000 { $0.add(.none) }
        }
        $0.add(.put8, [0])
        for index in 0..<30_000 {
          $0.add("\(index)")
          $0.add(.get8, [0])
        }
      }
    }
    let start = ContinuousClock.now
    #expect(try failure(opening: bytes).found.contains("without tensors"))
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func limitsReferences() throws {
    // A byte for every further reference to one value.
    let group = [0x28, 0x4E] + [UInt8](repeating: 0x32, count: 1 << 21) + [0x65]
    let pickle = [0x5D] + group + group + [0x2E]
    #expect(try pickleFailure(pickle).found.contains("more values"))
  }

  @Test func limitsNamesOfClasses() throws {
    let name = [UInt8](repeating: 0x61, count: 1000)
    _ = try pickleFailure([0x63] + name + [0x0A, 0x0A, 0x2E])
    let error = try pickleFailure([0x63] + name + [0x0A, 0x61, 0x0A, 0x2E])
    #expect(error.found.contains("a class name of 1001 bytes"))
  }

  /// A string is hashed in time that grows with the square of the accents on one letter: a name of a
  /// few hundred kilobytes would take a minute.
  @Test func takesNoLongStringsAsNames() throws {
    let accents = "a" + String(repeating: "\u{301}\u{316}", count: 1000)
    for name in [accents, String(repeating: "a", count: 1001)] {
      let error = try failure(
        opening: PickleWriter.checkpoint { writer in
          writer.dictionary {
            $0.add(name)
            $0.addPair()
          }
        })
      #expect(error.found == "1 names that are not text, or too long")
      let storage = try failure(
        opening: PickleWriter.checkpoint { writer in
          writer.dictionary {
            $0.add("a")
            $0.add(tensorOf: name, count: 2, shape: [2], strides: [1])
          }
        })
      #expect(storage.tensor == "a")
      #expect(storage.found == "a storage")
      #expect(storage.expected.hasPrefix("a storage by its class, key"))
    }
  }

  @Test func rejectsDuplicateNames() throws {
    for container in [false, true] {
      let error = try failure(
        opening:
          PickleWriter.checkpoint { writer in
            let twice: (inout PickleWriter) -> Void = {
              $0.dictionary {
                $0.add("x")
                $0.addPair()
                $0.add("x")
                $0.addPair()
              }
            }
            if container {
              writer.dictionary {
                $0.add("state_dict")
                twice(&$0)
              }
            } else {
              twice(&writer)
            }
          }
      )
      #expect(error.kind == .malformed)
      #expect(error.tensor == "x")
    }
  }

  @Test func rejectsNamesThatAreNotText() throws {
    let error = try failure(
      opening:
        PickleWriter.checkpoint {
          $0.dictionary {
            $0.add(7)
            $0.addPair()
          }
        }
    )
    #expect(error.found.contains("not text"))
  }

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

  @Test(arguments: [(4, true), (100, false)])
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
