import Foundation
import Testing

@testable import FastViTFiles

@Suite struct PickleHostileTests {
  /// The error of opening a checkpoint whose pickle is the header and `instructions`.
  private func pickleFailure(_ instructions: [UInt8]) throws -> FileError {
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
    "", ".", "0", "1", "2", "a", "e", "s", "u", "t", "l", "d", "R", "b", "Q", "q", "q\0", "h\0.",
    "h\u{7}.", "j\u{1}\0\0\0.", "X\u{9}\0\0\0a", "X\u{7F}\u{7F}\u{7F}\u{7F}", "N", "NN.", "(N.",
    "N(.", "(N1.", "N(\u{85}1.", "](Na1.", "]Na", "Na.", "NNa.", "NNNs.", "]NNs.", "}(Nu.",
    "}(]NNu.",
    "(N(u", "](N\u{90}.", "NbN.", "cos", "cos\nsystem", "cos\nsystem\nR", "(cos\nsystem\nNR",
    "cos\nsystem\n)R.N", "cos\nsystem\n)R.", "N.N", "N\u{52}.", "J\0\0", "G\0",
    "ccollections\nOrderedDict\nN\u{85}R.", "ccollections\nOrderedDict\n]Na\u{85}R.",
    "ccollections\nOrderedDict\n]N\u{85}a\u{85}R.", "ccollections\nOrderedDict\n]]Naa\u{85}R.",
  ])
  func rejectsBrokenPickles(instructions: String) throws {
    let error = try pickleFailure(instructions.unicodeScalars.map { UInt8($0.value) })
    #expect(error.kind == .malformed, "\(error)")
  }

  /// Valid pickles of something else, or with instructions that no checkpoint needs.
  @Test(arguments: [
    "N.", "(0N.", "(N1N.", "S'a'\n.", "I1\n.", "(i__main__\nA\n.", "P1\n.", "\u{1}",
    "cx\nList\n)\u{81}Na.", "cx\nDictionary\n)\u{81}NNs.",
  ])
  func saysWhatHoldsNoTensors(instructions: String) throws {
    let error = try pickleFailure(instructions.unicodeScalars.map { UInt8($0.value) })
    #expect(error.kind == .unsupported, "\(error)")
  }

  @Test func rejectsOtherProtocols() throws {
    for version: UInt8 in [0, 1, 6, 255] {
      let zip = ZipWriter(pickle: [0x80, version, 0x4E, 0x2E])
      let error = try failure(opening: zip.bytes)
      #expect(error.kind == .unsupported && error.found == "pickle protocol \(version)")
    }
    #expect(
      try failure(opening: ZipWriter(pickle: [0x4E, 0x2E]).bytes).kind
        == .malformed
    )
  }

  @Test func rejectsLengthsBeyondThePickle() throws {
    for count: UInt64 in [3, 1 << 31, 1 << 62, 1 << 63, .max] {
      for opcode in [0x8D, 0x8E, 0x96, 0x95] as [UInt8] {
        let error = try pickleFailure([opcode] + littleEndian(count) + [0x4E, 0x2E])
        #expect(error.kind == .malformed)
      }
    }
  }

  @Test func looksAtASharedDictionaryOnce() throws {
    // 30,000 keys lead to one dictionary of 300,000 values. If the reader searched it once per key, it
    // would visit 9 * 10^9 values.
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

  /// Each case exceeds one limit: of values that are removed again, references on the stack, marks,
  /// memos, elements added singly or in groups, and copies of a list of pairs.
  @Test(arguments: [
    ("", "N0", 101), ("N", "2", 101), ("", "(", 101), ("N", "\u{94}", 101), ("Nq\0]", "h\0a", 101),
    ("Nq\0]", "(h\0h\0h\0h\0e", 30),
    (
      "ccollections\nOrderedDict\nq\0](NN\u{86}q\u{1}h\u{1}h\u{1}h\u{1}h\u{1}h\u{1}h\u{1}e\u{85}q\u{2}",
      "0h\0h\u{2}R", 20
    ),
  ])
  func limitsWhatIsKept(start: String, unit: String, count: Int) {
    func isExcessive(_ count: Int) -> Bool {
      let text = start + String(repeating: unit, count: count)
      let pickle = [0x80, 2] + text.unicodeScalars.map { UInt8($0.value) }
      var machine = PickleMachine(pickle, file: "file", limit: 100)
      let error = #expect(throws: FileError.self) { try machine.run() }
      return error?.found == "a pickle of more values"
    }
    #expect(!isExcessive(5))
    #expect(isExcessive(count))
  }

  /// The size of the pickle's entry is checked before the pickle is read.
  @Test func limitsThePickle() throws {
    let pickle = [UInt8](repeating: 0, count: 1 << 26 + 1)
    #expect(try failure(opening: ZipWriter(pickle: pickle).bytes).found.contains("of data.pkl"))
  }

  @Test func limitsTensors() throws {
    var pickle = PickleWriter()
    pickle.add(.mark)
    pickle.addPair()
    pickle.add(.put8, [0])
    pickle.add(.popMark)
    pickle.dictionary {
      for index in 0...Checkpoint.tensorLimit {
        $0.add("\(index)")
        $0.add(.get8, [0])
      }
    }
    pickle.add(.stop)
    let zip = ZipWriter(pickle: pickle.bytes, storages: ["0": float32([1.5, 2.5])])
    #expect(try failure(opening: zip.bytes).found == "131073 tensors")
  }

  @Test func limitsNamesOfClasses() throws {
    let name = [UInt8](repeating: 0x61, count: 1000)
    _ = try pickleFailure([0x63] + name + [0x0A, 0x0A, 0x2E])
    let error = try pickleFailure([0x63] + name + [0x0A, 0x61, 0x0A, 0x2E])
    #expect(error.found.contains("a class name of 1001 bytes"))
  }

  /// The time to hash a string grows with the square of the number of accents on one letter: a name of
  /// a few hundred kilobytes would take a minute.
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
}
