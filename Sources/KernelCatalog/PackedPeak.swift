import KernelContract

/// A loop of nothing but multiply-adds with the operands of one worker.
package struct PackedPeak: Sendable {
  private let kernel: PeakKernel

  /// Two factors, then the sums.
  private let operands: AlignedBuffer

  /// The loop of `kernel`, with sums that stay finite however long it runs.
  package init(_ kernel: PeakKernel) {
    self.kernel = kernel
    operands = AlignedBuffer(count: kernel.elements)
    operands.values.update(repeating: 0x1p-20)
  }

  /// Gives every sum `turns` products; not on two threads at once.
  package func run(turns: Int) {
    kernel.function(turns, operands.pointer)
  }
}
