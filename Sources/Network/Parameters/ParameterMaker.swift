/// Makes the parts of a parameter tree in one form, and lists all tensors in the order in which they are
/// made.
struct ParameterMaker {
  let form: CheckpointForm
  private(set) var made: [Parameter] = []

  init(form: CheckpointForm) {
    self.form = form
  }

  var words: Vocabulary { form.vocabulary }

  mutating func parameter(_ name: String, _ shape: [Int], isRequired: Bool = true) -> Parameter {
    let parameter = Parameter(name: name, shape: shape, isRequired: isRequired)
    made.append(parameter)
    return parameter
  }

  mutating func affine(_ name: String, _ shape: [Int]) -> AffineParameters {
    AffineParameters(
      weight: parameter(name + ".weight", shape), bias: parameter(name + ".bias", [shape[0]]))
  }

  mutating func batchNorm(_ name: String, channels: Int) -> BatchNormParameters {
    BatchNormParameters(
      weight: parameter(name + ".weight", [channels]),
      bias: parameter(name + ".bias", [channels]),
      runningMean: parameter(name + ".running_mean", [channels]),
      runningVariance: parameter(name + ".running_var", [channels]),
      batchesTracked: parameter(name + ".num_batches_tracked", [], isRequired: false))
  }

  mutating func branch(_ name: String, _ shape: [Int]) -> BranchParameters {
    .convolution(
      weight: parameter(name + ".conv.weight", shape),
      norm: batchNorm(name + ".bn", channels: shape[0]))
  }

  private mutating func identity(_ name: String, channels: Int) -> BranchParameters {
    .identity(norm: batchNorm(name, channels: channels))
  }

  /// MobileOne's branches: the convolution, a 1×1 scale where the kernel is larger, and an identity
  /// where input and output agree.
  mutating func mobileOneBranches(
    _ name: String, _ shape: [Int], hasIdentity: Bool
  ) -> [BranchParameters] {
    var branches: [BranchParameters] = []
    if hasIdentity {
      branches.append(identity("\(name).\(words.identityBranch)", channels: shape[0]))
    }
    branches.append(branch("\(name).\(words.kernelBranch)", shape))
    if shape[2] > 1 {
      branches.append(branch("\(name).\(words.scaleBranch)", [shape[0], shape[1], 1, 1]))
    }
    return branches
  }

  /// A MobileOne block; with stride 1 it has an identity branch unless `hasIdentity` says otherwise.
  mutating func mobileOne(
    _ name: String, _ path: String, _ shape: [Int], stride: Int, hasIdentity: Bool = true
  ) -> ConvolutionParameters {
    let origin: ConvolutionParameters.Origin =
      form.isReparameterised
      ? .fused(affine(name + ".reparam_conv", shape))
      : .branches(mobileOneBranches(name, shape, hasIdentity: hasIdentity && stride == 1))
    return ConvolutionParameters(path: path, shape: shape, origin: origin)
  }

  mutating func stem(
    _ stem: Architecture.Stem, inputChannels: Int
  ) -> [ConvolutionParameters] {
    let (width, kernel) = (stem.width, stem.kernel)
    return [
      mobileOne(words.stem(0), "stem.0", [width, inputChannels, kernel, kernel], stride: 2),
      mobileOne(words.stem(1), "stem.1", [width, 1, kernel, kernel], stride: 2),
      mobileOne(words.stem(2), "stem.2", [width, width, 1, 1], stride: 1),
    ]
  }

  /// - Parameter inputWidth: channels of the last stage.
  mutating func head(
    _ head: Architecture.Head, inputWidth: Int, classCount: Int
  ) -> HeadParameters {
    let name = words.finalConvolution
    let embedding = inputWidth * head.expansion
    let convolution = mobileOne(
      name, "final_conv", [embedding, 1, head.kernel, head.kernel], stride: 1, hasIdentity: false)
    let squeezeAndExcite = self.squeezeAndExcite(
      "\(name).\(words.headSqueeze)", "\(name).\(words.headExcite)", channels: embedding,
      divisor: head.squeezeDivisor)
    let classifier: AffineParameters? =
      switch head.output {
      case .classifier: affine(words.classifier, [classCount, embedding])
      case .embedding: nil
      }
    return HeadParameters(
      convolution: convolution, multiplier: head.expansion, squeezeAndExcite: squeezeAndExcite,
      classifier: classifier)
  }

  mutating func squeezeAndExcite(
    _ squeeze: String, _ excite: String, channels: Int, divisor: Int
  ) -> SqueezeAndExciteParameters {
    let hidden = channels / divisor
    return SqueezeAndExciteParameters(
      squeeze: affine(squeeze, [hidden, channels, 1, 1]),
      excite: affine(excite, [channels, hidden, 1, 1]))
  }
}
