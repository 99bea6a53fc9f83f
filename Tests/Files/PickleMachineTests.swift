import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTFiles

/// Pickles that PyTorch would write and pickles that it would not; no function in them is called.
@Suite struct PickleMachineTests {
  private func open(_ bytes: [UInt8]) throws -> Checkpoint {
    try Checkpoint(Data(bytes), file: "file")
  }

  private func result(
    protocol version: UInt8 = 2,
    _ build: (inout PickleWriter) -> Void
  ) throws -> PickleValue {
    var writer = PickleWriter(protocol: version)
    build(&writer)
    writer.add(.stop)
    var machine = PickleMachine(writer.bytes, file: "file")
    let root = try machine.run()
    return machine.graph[root]
  }

  @Test func readsIntegers() throws {
    let cases: [(PickleOpcode, [UInt8], Int)] = [
      (.integer8, [200], 200), (.integer16, [1, 2], 513),
      (.integer32, [0xFE, 0xFF, 0xFF, 0xFF], -2),
      (.long8, [0], 0), (.long8, [1, 0xFF], -1), (.long8, [2, 0xFF, 0], 255),
      (.long8, [8] + littleEndian(Int.min), .min), (.long32, [1, 0, 0, 0, 5], 5),
    ]
    for (opcode, fields, expected) in cases {
      guard case .integer(expected) = try result({ $0.add(opcode, fields) }) else {
        Issue.record("\(opcode) \(fields)")
        continue
      }
    }
    guard case .other = try result({ $0.add(.long8, [9] + [UInt8](repeating: 1, count: 9)) }) else {
      Issue.record("a large integer is inert")
      return
    }
  }

  @Test(arguments: [2, 3, 4, 5] as [UInt8]) func readsEveryProtocol(version: UInt8) throws {
    let checkpoint = try open(
      PickleWriter.checkpoint(protocol: version) {
        $0.add(.frame, littleEndian(UInt64(20)))
        $0.dictionary {
          $0.add(.unicode8, [1, 0x78])
          $0.add(.memoize)
          $0.addPair()
        }
      }
    )
    #expect(checkpoint["x"]?.values(as: Float.self) == [1.5, 2.5])
  }

  @Test func readsAllKindsOfValues() throws {
    let checkpoint = try open(
      PickleWriter.checkpoint(protocol: 5) {
        $0.dictionary {
          $0.add("x")
          $0.addPair()
          $0.add(.put8, [3])
          $0.add("shared")
          $0.add(.get8, [3])
          $0.add("numbers")
          $0.add(.emptyList)
          $0.add(.mark)
          $0.add(.float, [UInt8](repeating: 0, count: 8))
          $0.add(.bytes8, [1, 0xFF])
          $0.add(.bytes32, [1, 0, 0, 0, 0xFF])
          $0.add(.string8, [1, 0xFF])
          $0.add(.byteArray64, [1, 0, 0, 0, 0, 0, 0, 0, 0xFF])
          $0.add(.newTrue)
          $0.add(.none)
          $0.add(.appends)
          $0.add("set")
          $0.add(.emptySet)
          $0.add(.mark)
          $0.add(1)
          $0.add(.addItems)
          $0.add("class")
          $0.add("a.module")
          $0.add("Class")
          $0.add(.stackGlobal)
        }
      }
    )
    #expect(checkpoint.tensors.map(\.name) == ["x", "shared"])
    #expect(checkpoint.notes == ["ignored, not tensors: 'numbers', 'set', 'class'"])
  }

  @Test func readsAnOrderedDictionaryOfPairs() throws {
    let checkpoint = try open(
      PickleWriter.checkpoint {
        $0.add(global: "collections", "OrderedDict")
        $0.add(.emptyList)
        $0.add("x")
        $0.addPair()
        $0.add(.tuple2)
        $0.add(.append)
        $0.add(.tuple1)
        $0.add(.reduce)
      }
    )
    #expect(checkpoint["x"]?.shape == [2])
  }

  @Test func findsTheTensorsBehindUsualKeys() throws {
    func container(_ keys: [[String]]) throws -> [String] {
      try open(
        PickleWriter.checkpoint {
          $0.dictionary {
            for path in keys {
              for key in path.dropLast() {
                $0.add(key)
                $0.add(.emptyDictionary)
              }
              $0.add(path.last ?? "")
              $0.dictionary {
                $0.add("x")
                $0.addPair()
              }
              for _ in path.dropLast() { $0.add(.setItem) }
            }
          }
        }
      ).container
    }
    #expect(try container([["state_dict"]]) == ["state_dict"])
    #expect(try container([["model"], ["state_dict"]]) == ["state_dict"])
    #expect(try container([["other"], ["model"]]) == ["model"])
    #expect(try container([["only"]]) == ["only"])
    #expect(try container([["model", "state_dict"]]) == ["model", "state_dict"])
    // A dictionary with tensors wins over one that only leads to tensors.
    #expect(try container([["state_dict", "x"], ["model"]]) == ["model"])
    let deep = [String](repeating: "model", count: 8)
    #expect(try container([deep]) == deep)
    #expect(throws: FileError.self) { try container([deep + ["model"]]) }
    #expect(throws: FileError.self) { try container([["one"], ["two"]]) }
  }

  @Test func callsNothing() throws {
    let folder = try ScratchFolder()
    let command: (inout PickleWriter) -> Void = {
      $0.add(global: "posix", "system")
      $0.add("touch \(folder.file("called"))")
      $0.add(.tuple1)
      $0.add(.reduce)
    }
    let alone = try failure(opening: PickleWriter.checkpoint(command))
    #expect(alone.kind == .malformed)
    #expect(alone.found.hasPrefix("a call of posix.system"))
    let besideTensors = try failure(
      opening: PickleWriter.checkpoint {
        $0.dictionary {
          $0.add("x")
          $0.addPair()
          $0.add("evil")
          command(&$0)
        }
      }
    )
    #expect(besideTensors.found.hasPrefix("a call of posix.system"))
    #expect(try folder.names.isEmpty)
  }

  /// A command is refused wherever in a module it is.
  @Test(arguments: [
    ("builtins", "eval"), ("__builtin__", "exec"), ("os.path", "join"), ("subprocess", "Popen"),
  ]) func refusesCommands(module: String, name: String) throws {
    let error = try failure(
      opening: PickleWriter.checkpoint { $0.add(callOf: module, name) })
    #expect(error.kind == .malformed)
    #expect(error.found.hasPrefix("a call of \(module).\(name)"))
    // PyTorch would also call the command as the inner function of a call that adds attributes.
    let wrapped = try failure(
      opening: PickleWriter.checkpoint {
        $0.add(callOf: "torch._tensor", "_rebuild_from_type_v2") {
          $0.add(global: module, name)
          $0.add(.none)
          $0.add(.emptyTuple)
          $0.add(.none)
        }
      })
    #expect(wrapped.found.hasPrefix("a call of \(module).\(name)"))
  }

  /// Notes name at most eight of the ignored entries and uncalled functions, each once.
  @Test(arguments: [(8, 8, ""), (9, 8, ", and 1 more")])
  func notesAreShort(count: Int, uncalled: Int, rest: String) throws {
    let checkpoint = try open(
      PickleWriter.checkpoint {
        $0.dictionary {
          $0.add("x")
          $0.addPair()
          for index in 0..<count {
            $0.add("n\(index)")
            for _ in 0..<2 {
              $0.add(callOf: "m", "f\(index)")
            }
            $0.add(.pop)
          }
        }
      })
    func list(_ prefix: String, _ count: Int) -> String {
      (0..<count).map { "'\(prefix)\($0)'" }.joined(separator: ", ")
    }
    #expect(
      checkpoint.notes == [
        "ignored, not tensors: \(list("n", 8))\(rest)",
        "never called, kept as inert values: \(list("m.f", uncalled))",
      ])
  }

  @Test func unknownObjectsAreInert() throws {
    let checkpoint = try open(
      PickleWriter.checkpoint {
        $0.dictionary {
          $0.add("x")
          $0.addPair()
          $0.add("when")
          $0.add(global: "datetime", "date")
          $0.add("today")
          $0.add(.tuple1)
          $0.add(.reduce)
        }
      }
    )
    #expect(checkpoint["x"]?.values(as: Float.self) == [1.5, 2.5])
    #expect(
      checkpoint.notes == [
        "ignored, not tensors: 'when'", "never called, kept as inert values: 'datetime.date'",
      ]
    )
  }

  @Test func sharesInsteadOfCopying() throws {
    // Each of 60 lists holds the previous list ten times: 10^60 values if they were copied.
    let checkpoint = try open(
      PickleWriter.checkpoint {
        $0.dictionary {
          $0.add("x")
          $0.addPair()
          $0.add("laughs")
          $0.add(.emptyList)
          $0.add(.put8, [0])
          for _ in 0..<60 {
            $0.add(.pop)
            $0.add(.emptyList)
            $0.add(.mark)
            for _ in 0..<10 { $0.add(.get8, [0]) }
            $0.add(.appends)
            $0.add(.put8, [0])
          }
        }
      }
    )
    #expect(checkpoint["x"] != nil)
  }

  @Test func toleratesADictionaryInItself() throws {
    let error = try failure(
      opening: PickleWriter.checkpoint {
        $0.add(.emptyDictionary)
        $0.add(.put8, [0])
        $0.add("state_dict")
        $0.add(.get8, [0])
        $0.add(.setItem)
      }
    )
    #expect(error.found.contains("without tensors"))
  }
}
