/// Placeholder for the vector functions.
struct TemporaryVectorFunctions: Family {
  var descriptor: String? { nil }
  func entries(for target: Target) -> [CatalogueEntry] { [] }
  func files(for target: Target) -> [KernelFile] {
    var printer = Printer()
    banner(&printer, row: "TemporaryVectorFunctions")
    printer.lines(
      """
      @inline(always)
      func gelu(_ x: Vector) -> Vector { x * (x + 1) }

      @inline(always)
      func sigmoid(_ x: Vector) -> Vector { 1 / (x + 1) }
      """)
    return [KernelFile(path: target.path("VectorFunctions"), text: printer.text)]
  }
}
