/// The vector type of a module and the few operations every kernel is written with.
struct VectorFamily: Family {
  var descriptor: String? { nil }

  func entries(for target: Target) -> [CatalogueEntry] { [] }

  func files(for target: Target) -> [KernelFile] {
    var printer = Printer()
    banner(&printer, row: "VectorFamily")
    printer.line("import Builtin")
    printer.line()
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

      /// Asks for the cache line of `place` to come to the second-level cache. Any address will do: one
      /// that is not mapped is ignored.
      @inline(always)
      func prefetch(_ place: UnsafePointer<Float>) {
        Builtin.int_prefetch_RawPointer(
          place._rawValue, Builtin.trunc_Int64_Int32(0._value),
          Builtin.trunc_Int64_Int32(2._value), Builtin.trunc_Int64_Int32(1._value))
      }

      /// The standard library's is generic, and its specialisation a symbol that modules for other CPUs
      /// would share.
      @inline(always)
      func min(_ left: Int, _ right: Int) -> Int { left < right ? left : right }

      @inline(always)
      func max(_ left: Int, _ right: Int) -> Int { left < right ? right : left }

      /// max(x, 0), lane by lane; 0 for a lane that is not a number.
      @inline(always)
      func relu(_ x: Vector) -> Vector {
        Vector().replacing(with: x, where: x .> 0)
      }
      """)
    let isPortable = target.instructionSet == .portable
    let product = isPortable ? Self.portableProduct : Self.product(lanes: target.lanes)
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
  private static func product(lanes: Int) -> String {
    let type = "Vec\(lanes)xFPIEEE32"
    return """
      /// `sum` + `left` · `right`, lane by lane, rounded once: the compiler's own operation on vectors.
      ///
      /// The standard library's goes lane by lane. Joining the lanes again takes the optimiser ten times
      /// as long, and it fails where branches meet.
      @inline(always)
      func multiplyAdd(_ left: Vector, _ right: Vector, _ sum: Vector) -> Vector {
        unsafeBitCast(
          Builtin.int_fma_\(type)(
            unsafeBitCast(left, to: Builtin.\(type).self),
            unsafeBitCast(right, to: Builtin.\(type).self),
            unsafeBitCast(sum, to: Builtin.\(type).self)),
          to: Vector.self)
      }
      """
  }

  /// Where it is not certain, and the standard library would call `fmaf` a lane, which is slow on a CPU
  /// without the instruction.
  private static let portableProduct = """
    /// `sum` + `left` · `right`, lane by lane, rounded once; some CPUs have no instruction for it.
    ///
    /// The product is exact in `Double`. The sum is rounded to odd: where it is inexact, the last bit
    /// is made 1 by a step towards the exact value. `Double` has more than two bits to spare, so
    /// rounding such a sum to `Float` gives what rounding the exact one gives.
    @inline(always)
    func multiplyAdd(_ left: Vector, _ right: Vector, _ sum: Vector) -> Vector {
      #if arch(arm64)
        return sum.addingProduct(left, right)
      #else
        let product = wide(left) * wide(right)
        let term = wide(sum)
        let total = product + term
        let rounded = total - product
        let error = (product - (total - rounded)) + (term - rounded)
        return narrow(roundedToOdd(total, outward: error * total))
      #endif
    }

    private typealias Wide = SIMD8<Double>
    private typealias WideBits = SIMD8<Int64>

    @inline(always)
    private func wide(_ x: Vector) -> Wide {
      Wide(
        Double(x[0]), Double(x[1]), Double(x[2]), Double(x[3]),
        Double(x[4]), Double(x[5]), Double(x[6]), Double(x[7]))
    }

    @inline(always)
    private func narrow(_ x: Wide) -> Vector {
      Vector(
        Float(x[0]), Float(x[1]), Float(x[2]), Float(x[3]),
        Float(x[4]), Float(x[5]), Float(x[6]), Float(x[7]))
    }

    /// `total` with an odd last bit where the exact value lies further from zero (`outward` is
    /// positive) or nearer to it (negative).
    @inline(always)
    private func roundedToOdd(_ total: Wide, outward: Wide) -> Wide {
      let bits = unsafeBitCast(total, to: WideBits.self)
      let up = unsafeBitCast(outward .> Wide(), to: WideBits.self)
      let down = unsafeBitCast(outward .< Wide(), to: WideBits.self)
      return unsafeBitCast(
        WideBits(
          odd(bits[0], up[0], down[0]), odd(bits[1], up[1], down[1]),
          odd(bits[2], up[2], down[2]), odd(bits[3], up[3], down[3]),
          odd(bits[4], up[4], down[4]), odd(bits[5], up[5], down[5]),
          odd(bits[6], up[6], down[6]), odd(bits[7], up[7], down[7])),
        to: Wide.self)
    }

    /// `bits`, if even, moved by one: masks of all ones ask for a step up or down.
    @inline(always)
    private func odd(_ bits: Int64, _ up: Int64, _ down: Int64) -> Int64 {
      bits &- (~bits & 1 & up) &+ (~bits & 1 & down)
    }
    """
}
