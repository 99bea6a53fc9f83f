import Foundation
import Testing

@testable import FastViTFiles

@Suite struct SafetensorsReaderTests {
  @Test func readsEveryTypeOfARealFile() throws {
    let checkpoint = try Checkpoint(contentsOf: Fixture.path("every_type.safetensors"))
    #expect(checkpoint.format == .safetensors)
    #expect(checkpoint.metadata == ["format": "pt", "note": "a \"b\" é"])
    #expect(checkpoint.tensors.count == StoredType.allCases.count)
    #expect(checkpoint.container.isEmpty && checkpoint.notes.isEmpty)
    for type in StoredType.allCases {
      let tensor = try #require(checkpoint[String(describing: type)])
      #expect(tensor.elementType == type)
      #expect(tensor.shape == [2, 2])
      #expect(tensor.values(as: Double.self) == Fixture.numbers(type))
      #expect(tensor.values(as: Float.self) == Fixture.numbers(type).map(Float.init))
      #expect(tensor.contiguousBytes?.count == 4 * type.byteCount)
    }
    #expect(checkpoint["absent"] == nil)
  }

  @Test func byteCountsOfFilesAlone() throws {
    let file = Fixture.path("every_type.safetensors")
    #expect(MappedFile.byteCount(of: file) == (try Data(contentsOf: URL(filePath: file))).count)
    #expect(MappedFile.byteCount(of: "/dev") == 0)
    #expect(MappedFile.byteCount(of: file + ".absent") == 0)
  }

  @Test func keepsTheOrderOfTheHeader() throws {
    let header = #"""
      {"b": {"dtype":"U8","shape":[1],"data_offsets":[1,2]},
       "a": {"shape":[], "data_offsets":[0,1], "dtype":"U8"}}   
      """#
    let checkpoint = try Checkpoint(Data(safetensors(header, data: [7, 8])), file: "file")
    #expect(checkpoint.tensors.map(\.name) == ["b", "a"])
    #expect(checkpoint["b"]?.values(as: Float.self) == [8])
    #expect(checkpoint["a"]?.values(as: Float.self) == [7])
    #expect(checkpoint["a"]?.shape == [])
  }

  @Test func readsUnalignedElements() throws {
    let header = #"""
      {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
       "b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},
       "c":{"dtype":"F64","shape":[1],"data_offsets":[9,17]},
       "none":{"dtype":"F64","shape":[0,3],"data_offsets":[17,17]}}
      """#
    let data = [1] + float32([1.5, -2]) + littleEndian(Double(0.1).bitPattern)
    let checkpoint = try Checkpoint(Data(safetensors(header, data: data)), file: "file")
    #expect(checkpoint["b"]?.values(as: Float.self) == [1.5, -2])
    #expect(checkpoint["c"]?.values(as: Double.self) == [0.1])
    #expect(checkpoint["none"]?.values(as: Double.self) == [])
  }

  @Test func readsAnyWhiteSpace() throws {
    let header = "{\t\"a\"\r\n:\t{\"dtype\":\"U8\",\r\"shape\":[ ],\"data_offsets\":[0,\t1]}}"
    #expect(try Checkpoint(Data(safetensors(header, data: [1])), file: "file")["a"]?.shape == [])
  }

  @Test func readsNoTensors() throws {
    #expect(try Checkpoint(Data(safetensors("{}")), file: "file").tensors.isEmpty)
  }

  @Test func decodesEscapes() throws {
    let name = #"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é"#
    let header = "{\"\(name)\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"
    let checkpoint = try Checkpoint(Data(safetensors(header)), file: "file")
    #expect(checkpoint.tensors.first?.name == "\"\\/\u{8}\u{C}\n\r\té😀é")
  }
}
