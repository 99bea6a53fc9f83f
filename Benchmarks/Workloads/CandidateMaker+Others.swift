import KernelContract
import Synchronization

extension CandidateMaker {
  func attention(_ headDimension: Int) -> [Candidate] {
    let able = kernels.attention.filter { $0.headDimension == headDimension }
    let pick = kernels.dispatcher.attention(problem)
    let tokens = problem.input.pixels
    let channels = problem.output.channels
    let pitch = inputLayout.pitch
    let input = FloatBuffer(operands.input, inputLayout)
    let (output, outputPitch) = (output, outputPitch)
    let heads = channels / headDimension
    return able.map { kernel in
      let elements = kernel.scratchElements(tokens: tokens)
      let scratches = Scratches(elements)
      return Candidate(kernel: kernel.name, isPick: kernel.name == pick?.name) { part, parts in
        let mine = share(part, of: parts, count: heads)
        guard !mine.isEmpty else { return }
        kernel.function(
          0, tokens, tokens, mine.lowerBound, mine.upperBound, channels, input.reading, pitch,
          scratches[part].pointer, output.pointer, outputPitch)
      }
    }
  }

  func pooling() -> [Candidate] {
    let (pixels, vectors) = (problem.input.pixels, vectors(problem.input.channels))
    let (lanes, pitch, output) = (lanes, inputLayout.pitch, output)
    let input = FloatBuffer(operands.input, inputLayout)
    return kernels.pooling.map { kernel in
      Candidate(kernel: kernel.name, isPick: kernel.name == kernels.pooling[0].name) {
        part, parts in
        let mine = share(part, of: parts, count: vectors)
        let first = mine.lowerBound * lanes
        guard !mine.isEmpty else { return }
        kernel.function(
          pixels, mine.count, input.reading + first, pitch, output.pointer + first)
      }
    }
  }

  func scaling() -> [Candidate] {
    let activation: Activation? = problem.epilogue == .gelu ? .gelu : nil
    let able = kernels.scaling.filter { $0.activation == activation }
    let (pixels, vectors) = (problem.input.pixels, vectors(problem.input.channels))
    let (pitch, output, outputPitch) = (inputLayout.pitch, output, outputPitch)
    let input = FloatBuffer(operands.input, inputLayout)
    let channels = problem.input.channels
    let factors = FloatBuffer(
      operands.second,
      ActivationLayout(FeatureShape(height: 1, width: 1, channels: channels)))
    return able.map { kernel in
      Candidate(kernel: kernel.name, isPick: kernel.name == able.first?.name) { part, parts in
        let mine = share(part, of: parts, count: pixels)
        guard !mine.isEmpty else { return }
        kernel.function(
          mine.count, vectors, input.reading + mine.lowerBound * pitch, pitch, factors.reading,
          output.pointer + mine.lowerBound * outputPitch, outputPitch)
      }
    }
  }

  func activation(_ activation: Activation) -> [Candidate] {
    let able = kernels.activation.filter { $0.activation == activation }
    let (pixels, vectors) = (problem.input.pixels, vectors(problem.input.channels))
    let (pitch, output, outputPitch) = (inputLayout.pitch, output, outputPitch)
    let input = FloatBuffer(operands.input, inputLayout)
    return able.map { kernel in
      Candidate(kernel: kernel.name, isPick: kernel.name == able.first?.name) { part, parts in
        let mine = share(part, of: parts, count: pixels)
        guard !mine.isEmpty else { return }
        kernel.function(
          mine.count, vectors, input.reading + mine.lowerBound * pitch, pitch,
          output.pointer + mine.lowerBound * outputPitch, outputPitch)
      }
    }
  }

  func layout(_ direction: LayoutKernel.Direction) -> [Candidate] {
    let able = kernels.layout.filter { $0.direction == direction }
    let shape = problem.input
    let isFromPlanar = direction == .fromPlanar
    let input =
      isFromPlanar
      ? FloatBuffer(planar(operands.input, shape)) : FloatBuffer(operands.input, inputLayout)
    let inputStep = isFromPlanar ? 1 : inputLayout.pitch
    let outputStep = isFromPlanar ? outputPitch : 1
    let inputPitch = isFromPlanar ? shape.pixels : inputLayout.pitch
    let outputPitch = isFromPlanar ? outputPitch : shape.pixels
    let output = output
    return able.map { kernel in
      Candidate(kernel: kernel.name, isPick: kernel.name == able.first?.name) { part, parts in
        let mine = share(part, of: parts, count: shape.pixels)
        guard !mine.isEmpty else { return }
        kernel.function(
          mine.count, shape.channels, input.reading + mine.lowerBound * inputStep, inputPitch,
          output.pointer + mine.lowerBound * outputStep, outputPitch)
      }
    }
  }
}

/// Scratch memory, one piece for each part of the work, made when a part first asks.
private final class Scratches: Sendable {
  private let elements: Int
  private let pieces = Mutex<[FloatBuffer]>([])

  init(_ elements: Int) {
    self.elements = elements
  }

  subscript(part: Int) -> FloatBuffer {
    pieces.withLock { pieces in
      while pieces.count <= part { pieces.append(FloatBuffer(count: elements)) }
      return pieces[part]
    }
  }
}
