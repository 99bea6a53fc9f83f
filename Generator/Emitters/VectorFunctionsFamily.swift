import FastViTOperations

/// Emits GELU, the exponential and the sigmoid, lane by lane: the same arithmetic, with the same constants,
/// as the functions of one `Float` in `Sources/Operations`.
struct VectorFunctionsFamily: Family {
  /// Registers of `gelu` in addition to its argument: max(x, 0), w, numerator and denominator. Constants
  /// may be operands in memory.
  static let geluRegisters = 4

  var descriptor: String? { nil }

  func entries(for target: Target) -> [CatalogueEntry] { [] }

  func files(for target: Target) -> [KernelFile] {
    var printer = Printer()
    banner(&printer, row: "VectorFunctionsFamily")
    writeHelpers(target, to: &printer)
    writeGELU(target, to: &printer)
    writeExponential(to: &printer)
    writeSigmoid(to: &printer)
    return [KernelFile(path: target.path("VectorFunctions"), text: printer.text)]
  }

  private func writeHelpers(_ target: Target, to printer: inout Printer) {
    printer.lines(
      """
      /// The bits of a vector.
      typealias Bits = SIMD\(target.lanes)<Int32>

      @inline(always)
      func bits(_ x: Vector) -> Bits { unsafeBitCast(x, to: Bits.self) }

      @inline(always)
      func vector(_ bits: Bits) -> Vector { unsafeBitCast(bits, to: Vector.self) }

      /// One step of Horner's rule: sum · x + coefficient, rounded once.
      @inline(always)
      private func step(_ sum: Vector, _ x: Vector, _ coefficient: Float) -> Vector {
        multiplyAdd(sum, x, Vector(repeating: coefficient))
      }

      """)
  }

  /// The portable kernels write zero as w − w. Their multiply-add widens its operands to `Double`, and the
  /// compiler (Swift 6.3.1) would make a maximum of a choice between x and a constant zero, which loses −0.
  private func writeGELU(_ target: Target, to printer: inout Printer) {
    let zero = target.instructionSet == .portable ? "w - w" : "0"
    printer.lines(
      """
      /// x · Φ(x): max(x, 0) + w · (P(w) / Q(w))⁴ with w = −|x|.
      ///
      /// A lane that is not a number takes part as \(GELU.lowest) and comes back with max(x, 0).
      @inline(always)
      func gelu(_ x: Vector) -> Vector {
        let lowest = Bits(repeating: \(GELU.lowest.signedBits))  // \(GELU.lowest)
        let negative = bits(x) | Bits(repeating: Int32.min)
        let w = vector(negative.replacing(with: lowest, where: negative .> lowest))
        let positive = x.replacing(with: \(zero), where: x .< 0)
        let p = step(w + Vector(repeating: \(GELU.p1)), w, \(GELU.p0))
        var q = step(Vector(repeating: \(GELU.q5)), w, \(GELU.q4))
        q = step(q, w, \(GELU.q3))
        q = step(q, w, \(GELU.q2))
        q = step(q, w, \(GELU.q1))
        q = step(q, w, \(GELU.q0))
        let root = p / q
        let square = root * root
        return multiplyAdd(w, square * square, positive)
      }

      """)
  }

  private func writeExponential(to printer: inout Printer) {
    typealias E = Exponential
    printer.lines(
      """
      /// eˣ: 2ⁿ · eᶠ with x = n · ln 2 + f, where 2ⁿ is a product of two powers of two, because it may
      /// leave the range of normal numbers.
      @inline(always)
      func exponential(_ x: Vector) -> Vector {
        var y = x.replacing(with: \(E.highest), where: x .> \(E.highest))
        y = y.replacing(with: \(E.lowest), where: y .< \(E.lowest))
        let rounder = Vector(repeating: \(E.rounder))
        let shifted = step(y, Vector(repeating: \(E.log2e)), \(E.rounder))
        let n = shifted - rounder
        var f = multiplyAdd(n, Vector(repeating: \(E.minusLn2High)), y)
        f = multiplyAdd(n, Vector(repeating: \(E.minusLn2Low)), f)
        var p = step(Vector(repeating: \(E.c6)), f, \(E.c5))
        p = step(p, f, \(E.c4))
        p = step(p, f, \(E.c3))
        p = step(p, f, \(E.c2))
        p = step(p, f, 1)
        p = step(p, f, 1)
        let sum = bits(shifted)
        let half = sum &>> 1
        return p * vector(half &<< 23) * vector((sum &- half) &<< 23)
      }

      """)
  }

  private func writeSigmoid(to printer: inout Printer) {
    printer.lines(
      """
      /// 1 / (1 + e⁻ˣ): 1 / (1 + z) or z / (1 + z) with z = e to the power −|x|.
      @inline(always)
      func sigmoid(_ x: Vector) -> Vector {
        let z = exponential(vector(bits(x) | Bits(repeating: Int32.min)))
        let one = Vector(repeating: 1)
        return one.replacing(with: z, where: x .< 0) / (one + z)
      }
      """)
  }
}

extension Float {
  /// The bits as a signed number, in Swift's notation.
  fileprivate var signedBits: String { "\(Int32(bitPattern: bitPattern))" }
}
