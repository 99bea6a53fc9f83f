import Foundation
import KernelContract

/// A kernel as `kernelgen list --json` describes it.
struct PlannedKernel: Decodable, Sendable {
  let name: String
  let descriptor: String
  let instructionSet: String
  let epilogue: String?
  let arguments: [String: String]

  /// The kernels of one instruction set in a listing.
  static func list(
    parsing json: String, _ instructionSet: KernelContract.InstructionSet
  ) throws -> [PlannedKernel] {
    try JSONDecoder().decode([PlannedKernel].self, from: Data(json.utf8)).filter {
      $0.instructionSet == instructionSet.rawValue
    }
  }

  /// The integer given for `label`; zero where there is none.
  func integer(_ label: String) -> Int { arguments[label].flatMap { Int($0) } ?? 0 }

  /// The enumeration's case given for `label`, written `.gelu`.
  func choice<Choice: RawRepresentable<String>>(_ label: String, _ type: Choice.Type) -> Choice? {
    arguments[label].flatMap { Choice(rawValue: String($0.drop { $0 == "." })) }
  }

  var afterwards: Epilogue { epilogue.flatMap { Epilogue(rawValue: $0) } ?? .bias }
}

extension KernelSet {
  /// The planned kernels of an instruction set that this machine need not have; calls are noted by
  /// `recorder`.
  init(
    _ instructionSet: KernelContract.InstructionSet, planned: [PlannedKernel],
    _ recorder: CallRecorder
  ) {
    self.init(instructionSet: instructionSet)
    for kernel in planned { add(kernel, recorder) }
  }

  private mutating func add(_ kernel: PlannedKernel, _ recorder: CallRecorder) {
    let (name, lanes) = (kernel.name, instructionSet.lanes)
    switch kernel.descriptor {
    case "PointwiseKernel":
      let vectors = kernel.integer("vectors")
      pointwise.append(
        PointwiseKernel(
          name: name, instructionSet: instructionSet, rows: kernel.integer("rows"),
          vectors: vectors, epilogue: kernel.afterwards, registers: 0, loadsPerMultiplyAdd: 0,
          function: recorder.pointwise(name, width: vectors * lanes)))
    case "DepthwiseKernel":
      let (size, multiplier) = (kernel.integer("kernel"), kernel.integer("multiplier"))
      depthwise.append(
        DepthwiseKernel(
          name: name, instructionSet: instructionSet, kernel: size,
          stride: kernel.integer("stride"), multiplier: multiplier,
          tileWidth: kernel.integer("tileWidth"), tileHeight: kernel.integer("tileHeight"),
          tileVectors: kernel.integer("tileVectors"), epilogue: kernel.afterwards, registers: 0,
          loadsPerMultiplyAdd: 0,
          function: recorder.depthwise(
            name, taps: size * size, multiplier: multiplier, lanes: lanes)))
    case "StemKernel":
      let vectors = kernel.integer("tileVectors")
      stem.append(
        StemKernel(
          name: name, instructionSet: instructionSet, tileWidth: kernel.integer("tileWidth"),
          tileVectors: vectors, epilogue: kernel.afterwards, registers: 0, loadsPerMultiplyAdd: 0,
          function: recorder.stem(name, panelWidth: vectors * lanes)))
    case "AttentionKernel":
      let (base, perToken) = (kernel.integer("scratchBase"), kernel.integer("scratchPerToken"))
      attention.append(
        AttentionKernel(
          name: name, instructionSet: instructionSet,
          headDimension: kernel.integer("headDimension"), tileKeys: kernel.integer("tileKeys"),
          tileVectors: kernel.integer("tileVectors"), scratchBase: base,
          scratchPerToken: perToken, registers: 0, loadsPerMultiplyAdd: 0,
          function: recorder.attention(name) { base + perToken * $0 }))
    case "PoolingKernel":
      pooling.append(
        PoolingKernel(
          name: name, instructionSet: instructionSet, registers: 0,
          function: recorder.pooling(name, lanes: lanes)))
    case "ScalingKernel":
      scaling.append(
        ScalingKernel(
          name: name, instructionSet: instructionSet,
          activation: kernel.choice("activation", Activation.self), registers: 0,
          function: recorder.scaling(name, lanes: lanes)))
    case "ActivationKernel":
      activation.append(
        ActivationKernel(
          name: name, instructionSet: instructionSet,
          activation: kernel.choice("activation", Activation.self) ?? .gelu, registers: 0,
          function: recorder.activation(name, lanes: lanes)))
    case "LayoutKernel":
      let direction = kernel.choice("direction", LayoutKernel.Direction.self) ?? .fromPlanar
      layout.append(
        LayoutKernel(
          name: name, instructionSet: instructionSet, direction: direction, registers: 0,
          function: recorder.layout(name, direction)))
    default:
      // A family that only measures, or one that `checkNoneIsLeft` will miss.
      break
    }
  }
}
