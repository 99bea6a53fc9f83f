import FastViTTestSupport
import Testing

@testable import FastViTNetwork

/// Each folding rule alone, against the training-time branches computed by definition.
@Suite struct FoldingTests {
  private let source = RandomSource()
  private let input = PlanarMap(channels: 4, height: 5, width: 6, seed: 1)

  private func expect(
    _ folded: FoldedConvolution, _ expected: PlanarMap, stride: Int = 1,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let found = input.convolved(
      folded.weights, shape: folded.shape, bias: folded.bias, stride: stride)
    #expect(relativeError(found.values, expected.values) < 1e-13, sourceLocation: location)
  }

  /// The sum of MobileOne's branches on `input`.
  private func sum(_ branches: [BranchParameters], stride: Int = 1) -> PlanarMap {
    let parts = branches.map { branch in
      switch branch {
      case .convolution(let weight, let norm):
        input.convolved(source[weight], shape: weight.shape, stride: stride)
          .normalised(norm, source)
      case .identity(let norm):
        input.normalised(norm, source)
      }
    }
    return parts.dropFirst().reduce(parts[0], +)
  }

  private func maker() -> ParameterMaker {
    ParameterMaker(form: CheckpointForm(.timm, isReparameterised: false))
  }

  @Test(arguments: [
    ([4, 1, 3, 3], 1, 3), ([4, 1, 3, 3], 2, 2), ([4, 4, 1, 1], 1, 2), ([6, 4, 3, 3], 2, 2),
    ([8, 1, 3, 3], 2, 2),
  ]) func mobileOne(shape: [Int], stride: Int, branchCount: Int) throws {
    var maker = maker()
    let parameters = maker.mobileOne("a", "a", shape, stride: stride)
    let branches = try #require(parameters.branches)
    #expect(branches.count == branchCount)
    expect(try source.folded(parameters), sum(branches, stride: stride), stride: stride)
  }

  @Test func eachBranchAlone() throws {
    var maker = maker()
    let parameters = maker.mobileOne("a", "a", [4, 1, 3, 3], stride: 1)
    let branches = try #require(parameters.branches)
    for branch in branches {
      let one = ConvolutionParameters(path: "a", shape: [4, 1, 3, 3], origin: .branches([branch]))
      expect(try source.folded(one), sum([branch]))
    }
  }

  @Test func largeKernelWithSmallBranch() throws {
    var maker = maker()
    let architecture = try #require(Architecture.named("t8"))
    let parameters = maker.stage(
      architecture.stages[1], at: StagePlace.all(of: architecture)[1], inputWidth: 48)
    let real = try #require(parameters.downsample?.large)
    let branches = try #require(real.branches)
    #expect(branches.count == 2)
    let small = branches.map { branch -> BranchParameters in
      guard case .convolution(let weight, let norm) = branch else { return branch }
      func narrow(_ p: Parameter) -> Parameter {
        Parameter(
          name: p.name, shape: [8] + p.shape.dropFirst(), isRequired: p.isRequired)
      }
      return .convolution(
        weight: narrow(weight),
        norm: BatchNormParameters(
          weight: narrow(norm.weight), bias: narrow(norm.bias),
          runningMean: narrow(norm.runningMean),
          runningVariance: narrow(norm.runningVariance), batchesTracked: norm.batchesTracked))
    }
    let shape = [8, 1, 7, 7]
    let folded = try source.folded(
      ConvolutionParameters(path: "a", shape: shape, origin: .branches(small)))
    expect(folded, sum(small, stride: 2), stride: 2)
  }

  @Test func repMixer() throws {
    var maker = maker()
    let mixer = maker.mobileOne("m", "m", [4, 1, 3, 3], stride: 1)
    let norm = maker.batchNorm("n", channels: 4)
    let scale = maker.parameter("s", [4, 1, 1])
    let branches = try #require(mixer.branches)
    let parameters = ConvolutionParameters(
      path: "r", shape: [4, 1, 3, 3],
      origin: .repMixer(mixer: branches, norm: norm, scale: scale))
    let difference = sum(branches) - input.normalised(norm, source)
    expect(try source.folded(parameters), input + difference.scaled(source[scale]))
  }

  @Test func positionalEncoding() throws {
    var maker = maker()
    let affine = maker.affine("pe", [4, 1, 7, 7])
    let parameters = ConvolutionParameters(
      path: "p", shape: [4, 1, 7, 7], origin: .residual(affine))
    let encoded = input.convolved(
      source[affine.weight], shape: [4, 1, 7, 7], bias: source[affine.bias])
    expect(try source.folded(parameters), input + encoded)
  }

  @Test func feedForwardConvolutionWithNorm() throws {
    var maker = maker()
    let weight = maker.parameter("w", [4, 1, 7, 7])
    let norm = maker.batchNorm("n", channels: 4)
    let parameters = ConvolutionParameters(
      path: "f", shape: [4, 1, 7, 7], origin: .normalised(weight: weight, norm: norm))
    let plain = input.convolved(source[weight], shape: [4, 1, 7, 7])
    expect(try source.folded(parameters), plain.normalised(norm, source))
  }

  @Test func layerScale() throws {
    var maker = maker()
    let affine = maker.affine("fc2", [3, 4, 1, 1])
    let gamma = maker.parameter("g", [3, 1, 1])
    let plain = input.convolved(
      source[affine.weight], shape: [3, 4, 1, 1], bias: source[affine.bias])
    expect(try source.scaled(affine, by: gamma), plain.scaled(source[gamma]))
  }

  @Test func queryKeyValueWithNormAndScale() throws {
    var maker = maker()
    let attention = AttentionParameters(
      headDimension: 32,
      norm: maker.batchNorm("n", channels: 4),
      queryKeyValue: maker.parameter("qkv", [12, 4]), projection: maker.affine("p", [4, 4]),
      layerScale: maker.parameter("g", [4, 1, 1]))
    let plain = input.normalised(attention.norm, source)
      .convolved(source[attention.queryKeyValue], shape: [12, 4, 1, 1])
    let expected = plain.map { channel, x in channel < 4 ? x / 32.0.squareRoot() : x }
    let norm = try source.batchNorm(attention.norm)
    expect(try source.queryKeyValue(attention, after: norm, outputs: 0..<12), expected)
  }

  @Test(arguments: [-1.0, -1e-5, -0.9e-5, 0, .nan, .infinity])
  func badVariance(variance: Double) throws {
    struct Bad: ParameterSource {
      let label = "w.pth"
      let variance: Double
      func read<Scalar: BinaryFloatingPoint>(
        _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
      ) throws(NetworkError) {
        values = [parameter.name.hasSuffix("running_var") ? Scalar(variance) : 1]
      }
    }
    var maker = maker()
    let norm = maker.batchNorm("bn", channels: 1)
    // Epsilon makes a slightly negative variance positive.
    if variance > -1e-5 && variance.isFinite {
      #expect(try Bad(variance: variance).batchNorm(norm).scale[0].isFinite)
    } else {
      #expect(throws: NetworkError.self) { try Bad(variance: variance).batchNorm(norm) }
    }
  }

  @Test func paddingCentresTheKernel() {
    let small = FoldedConvolution(shape: [1, 1, 1, 1], weights: [2], bias: [3])
    let large = small.padded(toKernel: 3)
    #expect(large.weights == [0, 0, 0, 0, 2, 0, 0, 0, 0])
    #expect(large.bias == [3])
  }
}

extension ConvolutionParameters {
  /// The training-time branches; nil in other forms.
  fileprivate var branches: [BranchParameters]? {
    if case .branches(let branches) = origin { branches } else { nil }
  }
}
