/// Emits the vector type of a module and the few functions that every kernel is made of.
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

      /// The single-precision values at `place`.
      @inline(always)
      func floats(_ place: UnsafeRawPointer) -> UnsafePointer<Float> {
        place.assumingMemoryBound(to: Float.self)
      }

      @inline(always)
      func floats(_ place: UnsafeRawPointer?) -> UnsafePointer<Float>? {
        place?.assumingMemoryBound(to: Float.self)
      }

      @inline(always)
      func floats(_ place: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Float> {
        place.assumingMemoryBound(to: Float.self)
      }

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

  /// The multiply-add of modules that run only on CPUs with the instruction.
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

  /// The multiply-add of the portable module, whose CPU may lack the instruction. There, the standard library
  /// would call `fmaf` for every lane, which is slow.
  private static let portableProduct = """
    /// `sum` + `left` · `right`, lane by lane, rounded once; some CPUs have no instruction for it.
    ///
    /// The product is exact in `Double`: 48 bits, and no exponent out of range. Their sum is rounded to
    /// odd: it is the exact one where that is a `Double`, else whichever of the two next to it has an
    /// odd last bit. Rounding that to `Float` gives what rounding the exact sum gives:
    ///
    /// 1. Rounding to `Float` depends only on which side of every `Float` and of every midpoint between
    ///    two of them a value lies. These points have at most 25 bits, subnormal or not, and so are
    ///    `Double`s whose last bit is even.
    /// 2. An inexact sum lies strictly between two successive `Double`s, hence so that none of these
    ///    points is between it and either of the two. The odd one is none of them, so it is on the same
    ///    side of all of them as the exact sum.
    ///
    /// The nearest `Double` would not do: it may be a midpoint, which the exact sum then is not.
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

    /// The exact value whose nearest is `total`, rounded to odd: `outward` is positive where the exact
    /// value is further from zero, negative where it is nearer to zero, else 0 or, where `total` is not
    /// finite, a NaN.
    ///
    /// Bits count away from zero, so a step down makes the largest value that is nearer to zero than
    /// the exact one: what truncation leaves. A last bit of 1 then says that something was cut off.
    @inline(always)
    private func roundedToOdd(_ total: Wide, outward: Wide) -> Wide {
      let one = WideBits(repeating: 1)
      let isFurther = unsafeBitCast(outward .> Wide(), to: WideBits.self)
      let isNearer = unsafeBitCast(outward .< Wide(), to: WideBits.self)
      let truncated = unsafeBitCast(total, to: WideBits.self) &- (isNearer & one)
      return unsafeBitCast(truncated | ((isFurther | isNearer) & one), to: Wide.self)
    }
    """
}
