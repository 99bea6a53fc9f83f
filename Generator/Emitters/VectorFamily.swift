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

      /// Adds `left` · `right` to `sum`, lane by lane, rounding once.
      @inline(always)
      func addProduct(_ sum: inout Vector, _ left: Vector, _ right: Vector) {
        sum.addProduct(left, right)
      }

      /// max(x, 0), lane by lane; 0 for a lane that is not a number.
      @inline(always)
      func relu(_ x: Vector) -> Vector {
        Vector().replacing(with: x, where: x .> 0)
      }
      """)
    return [KernelFile(path: target.path("Vector"), text: printer.text)]
  }
}
