import Foundation
import Testing

@testable import FastViTFiles

@Suite struct TensorTests {
  private let storage = Data(float32((0..<12).map(Float.init)))

  private func view(_ shape: [Int], _ strides: [Int], offset: Int = 0) -> Tensor? {
    TensorLayout(shape: shape, strides: strides).flatMap {
      Tensor(name: "x", elementType: .float32, layout: $0, offset: offset, in: storage)
    }
  }

  @Test(arguments: [
    ([3, 4], [4, 1], 0), ([4, 3], [1, 4], 0), ([2, 2], [5, 2], 3), ([2, 3, 2], [6, 1, 3], 0),
    ([], [], 11), ([1, 4], [99, 3], 2), ([2, 1, 3], [3, .max, 1], 1), ([3], [4], 3),
  ])
  func gathersByDefinition(shape: [Int], strides: [Int], offset: Int) throws {
    let tensor = try #require(view(shape, strides, offset: offset))
    var positions = [offset]
    for (size, stride) in zip(shape, strides) {
      positions = positions.flatMap { start in
        (0..<size).map { $0 == 0 ? start : start + $0 * stride }
      }
    }
    #expect(tensor.values(as: Double.self) == positions.map(Double.init))
    for start in 0...positions.count {
      for end in start...positions.count {
        let some = tensor.values(as: Float.self, elements: start..<end)
        #expect(some == positions[start..<end].map(Float.init))
      }
    }
  }

  @Test(arguments: [
    ([13], [1], 0), ([12], [1], 1), ([2], [12], 0), ([2], [-1], 5), ([-1], [1], 0),
    ([3], [1, 1], 0),
    ([1], [1], -1), ([1], [1], 12), ([1], [1], .max), ([13], [0], 0), ([1 << 62], [0], 0),
    ([1 << 32, 1 << 32], [0, 0], 0), ([2, 2], [.max, .max], 0), ([3], [.max], 0), ([2], [.max], 1),
    ([1 << 62, 1 << 62, 0], [0, 0, 0], 0), ([0], [1], 13),
  ])
  func rejectsWhatLeavesTheStorage(shape: [Int], strides: [Int], offset: Int) {
    #expect(view(shape, strides, offset: offset) == nil)
  }

  /// The array that `read` replaces may have any values and any size before.
  @Test(arguments: [0, 3, 5, 12]) func readsIntoUsedMemory(count: Int) throws {
    let contiguous = try #require(view([12], [1]))
    let strided = try #require(view([4, 3], [1, 4]))
    for tensor in [contiguous, strided] {
      var values = [Double](repeating: .nan, count: count)
      #expect(tensor.read(2..<7, into: &values))
      #expect(values == tensor.values(as: Double.self, elements: 2..<7))
    }
  }

  /// Only elements that are read count, and they count as rounded to single precision.
  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -0x1.ffffffp127, 0x1.fffffefp127])
  func saysWhetherAllAreFinite(value: Double) throws {
    let isFinite = Float(value).isFinite
    for place in 0..<20 {
      var numbers = [Double](repeating: -1, count: 20)
      numbers[place] = value
      let bytes = Data(numbers.flatMap { littleEndian($0.bitPattern) })
      for (shape, strides) in [([20], [1]), ([4, 5], [1, 4])] {
        let tensor = try #require(
          TensorLayout(shape: shape, strides: strides).flatMap {
            Tensor(name: "x", elementType: .float64, layout: $0, in: bytes)
          })
        var doubles: [Double] = []
        var floats: [Float] = []
        #expect(tensor.read(0..<20, into: &doubles) == isFinite)
        #expect(tensor.read(0..<20, into: &floats) == isFinite)
        let other = doubles.firstIndex { $0 == -1 } ?? 0
        #expect(tensor.read(other..<other + 1, into: &floats))
      }
    }
  }

  @Test func limitsDimensions() {
    #expect(TensorLayout(shape: [Int](repeating: 1, count: 64)) != nil)
    #expect(TensorLayout(shape: [Int](repeating: 1, count: 65)) == nil)
  }

  @Test(arguments: [
    (StoredType.uint8, 255.0), (.uint16, 65_535), (.uint32, 4_294_967_295), (.int8, -1),
    (.int16, -1), (.int32, -1), (.int64, -1), (.bool, 1),
  ]) func readsAllBitsOfIntegers(type: StoredType, value: Double) throws {
    let bytes = Data(repeating: 0xFF, count: type.byteCount)
    let layout = try #require(TensorLayout(shape: []))
    let tensor = try #require(Tensor(name: "x", elementType: type, layout: layout, in: bytes))
    #expect(tensor.values(as: Double.self) == [value])
  }

  @Test func roundsOnceFromWideTypes() throws {
    let wide = Data(littleEndian(UInt64.max) + littleEndian(UInt64(1 << 24 + 1)))
    let layout = try #require(TensorLayout(shape: [2]))
    let integers = try #require(
      Tensor(name: "x", elementType: .uint64, layout: layout, in: wide)
    )
    #expect(integers.values(as: Float.self) == [0x1p64, 0x1p24])
    let doubles = Data([0.1, 1e300].flatMap { littleEndian($0.bitPattern) })
    let numbers = try #require(
      Tensor(name: "x", elementType: .float64, layout: layout, in: doubles)
    )
    #expect(numbers.values(as: Float.self) == [0.1, .infinity])
    #expect(numbers.values(as: Double.self) == [0.1, 1e300])
  }
}
