/// A kernel of an operation without weights. It divides the work into parts by itself.
package protocol UnweightedKernel: Kernel {
  /// Bytes of scratch memory that one part of the work needs on a feature map of shape `input`.
  func scratchBytes(on input: FeatureShape) -> Int

  /// The number of tasks that `workers` workers share.
  func taskCount(on input: FeatureShape, workers: Int) -> Int

  /// Does part `part` of `parts`; all parts together do the operation, in any order or at once.
  func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces)
}

extension UnweightedKernel {
  package func scratchBytes(on _: FeatureShape) -> Int { 0 }
  package func taskCount(on _: FeatureShape, workers: Int) -> Int { workers }

  /// Vectors of `channels` channels, with the surplus.
  func vectors(_ channels: Int) -> Int {
    ActivationLayout.paddedChannels(channels) / instructionSet.lanes
  }
}

/// One kernel that does a whole operation without weights.
package struct UnweightedChoice<K: UnweightedKernel>: ChosenKernels {
  /// The kernel.
  package let kernel: K

  /// The choice of `kernel`.
  package init(_ kernel: K) {
    self.kernel = kernel
  }

  package var names: [String] { [kernel.name] }
  package var instructionSet: InstructionSet { kernel.instructionSet }
  package var operandBytes: Int { 0 }

  package func pack<Source: WeightSource>(
    _: Source, into _: AlignedBuffer?
  ) throws(Source.Failure) -> any PackedOperation {
    UnweightedOperation(kernel: kernel)
  }
}

/// An operation without weights, ready to run.
package struct UnweightedOperation<K: UnweightedKernel>: PackedOperation {
  /// The kernel.
  package let kernel: K

  package var chosen: any ChosenKernels { UnweightedChoice(kernel) }
  package var operandBytes: Int { 0 }

  package func with(_ chosen: any ChosenKernels) -> (any PackedOperation)? {
    (chosen as? UnweightedChoice<K>).map { UnweightedOperation(kernel: $0.kernel) }
  }

  package func scratchBytes(on input: FeatureShape) -> Int { kernel.scratchBytes(on: input) }

  package func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces) {
    kernel.run(part: part, of: parts, on: input, places)
  }

  package func tasks(
    on input: FeatureShape, workers: Int, tasksPerWorker _: Int?
  ) -> any OperationTasks {
    PartTasks(self, on: input, count: kernel.taskCount(on: input, workers: workers))
  }
}

extension KernelCatalogue {
  /// The kernels of `problem`'s epilogue and precision on `instructionSet` that satisfy `condition`, each as
  /// a choice.
  func choices<K: UnweightedKernel>(
    _: K.Type, for problem: OperationProblem, on instructionSet: InstructionSet,
    where condition: (K) -> Bool = { _ in true }
  ) -> [UnweightedChoice<K>] {
    kernels(K.self).filter { $0.isMeant(for: problem, on: instructionSet) && condition($0) }
      .map { UnweightedChoice($0) }
  }
}
