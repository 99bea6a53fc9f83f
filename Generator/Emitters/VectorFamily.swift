/// The vector type of a module and the few operations every kernel is written with.
struct VectorFamily: Family {
  var descriptor: String? { nil }

  func entries(for target: Target) -> [CatalogueEntry] { [] }

  func files(for target: Target) -> [KernelFile] {
    var printer = Printer()
    banner(&printer, row: "VectorFamily")
    printer.line("/// One vector register's worth of values.")
    printer.line("typealias Vector = \(target.vector)")
    printer.lines(
      """

      /// The vector at `place`, which need not be aligned.
      @inline(always)
      func load(_ place: UnsafePointer<Float>) -> Vector {
        UnsafeRawPointer(place).loadUnaligned(as: Vector.self)
      }

      /// Writes `vector` to `place`, which need not be aligned.
      @inline(always)
      func store(_ vector: Vector, _ place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: vector, as: Vector.self)
      }

      /// The value at `place` in every lane.
      @inline(always)
      func broadcast(_ place: UnsafePointer<Float>) -> Vector {
        Vector(repeating: place.pointee)
      }

      /// max(x, 0), lane by lane; 0 for a lane that is not a number.
      @inline(always)
      func relu(_ x: Vector) -> Vector {
        Vector().replacing(with: x, where: x .> 0)
      }
      """)
    let product = target.instructionSet == .portable ? Self.portableProduct : Self.product
    printer.line()
    printer.lines(product + "\n\n" + Self.addProduct)
    return [KernelFile(path: target.path("Vector"), text: printer.text)]
  }

  private static let addProduct = """
    /// Adds `left` · `right` to `sum`, lane by lane, rounding once.
    @inline(always)
    func addProduct(_ sum: inout Vector, _ left: Vector, _ right: Vector) {
      sum = multiplyAdd(left, right, sum)
    }
    """

  /// Where every CPU that runs the module has the instruction.
  private static let product = """
    /// `sum` + `left` · `right`, lane by lane, rounded once.
    @inline(always)
    func multiplyAdd(_ left: Vector, _ right: Vector, _ sum: Vector) -> Vector {
      sum.addingProduct(left, right)
    }
    """

  /// Where it is not certain, and the standard library would call `fmaf` a lane, which is slow on a CPU
  /// without the instruction.
  private static let portableProduct = """
    /// `sum` + `left` · `right`, lane by lane, rounded once.
    @inline(always)
    func multiplyAdd(_ left: Vector, _ right: Vector, _ sum: Vector) -> Vector {
      #if arch(arm64)
        return sum.addingProduct(left, right)
      #else
        return Vector(
          lowHalf: multiplyAdd(left.lowHalf, right.lowHalf, sum.lowHalf),
          highHalf: multiplyAdd(left.highHalf, right.highHalf, sum.highHalf))
      #endif
    }

    /// `sum` + `left` · `right`, rounded once, without an instruction for it.
    ///
    /// The product is exact in `Double`. The sum is rounded to odd: where it is inexact, the last bit
    /// is made 1 by a step towards the exact value. `Double` has more than two bits to spare, so
    /// rounding such a sum to `Float` gives what rounding the exact one gives.
    @inline(always)
    private func multiplyAdd(
      _ left: SIMD4<Float>, _ right: SIMD4<Float>, _ sum: SIMD4<Float>
    ) -> SIMD4<Float> {
      let product = SIMD4<Double>(left) * SIMD4<Double>(right)
      let term = SIMD4<Double>(sum)
      let total = product + term
      let rounded = total - product
      let error = (product - (total - rounded)) + (term - rounded)
      let outward = error * total
      let bits = unsafeBitCast(total, to: SIMD4<Int64>.self)
      let even = ~bits & 1
      let up = SIMD4<Int64>().replacing(with: even, where: outward .> 0)
      let down = SIMD4<Int64>().replacing(with: even, where: outward .< 0)
      return SIMD4<Float>(unsafeBitCast(bits &+ up &- down, to: SIMD4<Double>.self))
    }
    """
}
