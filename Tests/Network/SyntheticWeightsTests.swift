import Testing

@testable import FastViTNetwork

/// The recipe against literal values from its Python counterpart.
@Suite struct SyntheticWeightsTests {
  /// Some elements of one tensor, as bit patterns.
  struct Sample: CustomTestStringConvertible {
    let seed: UInt64
    let name: String
    let shape: [Int]
    let bits: KeyValuePairs<Int, UInt32>

    init(_ seed: UInt64, _ name: String, _ shape: [Int], _ bits: KeyValuePairs<Int, UInt32>) {
      self.seed = seed
      self.name = name
      self.shape = shape
      self.bits = bits
    }

    var testDescription: String { "\(name) of seed \(seed)" }
  }

  /// At least one tensor of each kind; printed by `Tests/Reference/synthetic_samples.py`.
  static let samples = [
    Sample(
      0, "stem.0.conv_kxk.0.conv.weight", [48, 3, 3, 3],
      [0: 0xBE0D_5C20, 863: 0x3E07_F5EB, 864: 0x3E02_7533, 1295: 0xBD22_BF8B]),
    Sample(
      0, "stem.0.conv_scale.conv.weight", [48, 3, 1, 1],
      [0: 0x3EC8_2C06, 95: 0x3E38_8814, 96: 0xBEDF_1568, 143: 0xBBD7_1D00]),
    Sample(
      0, "stem.2.identity.weight", [48],
      [0: 0x3F87_C9B5, 31: 0x3F5E_FF06, 32: 0x3F95_6F44, 47: 0x3F96_E1D2]),
    Sample(
      0, "stem.2.identity.bias", [48],
      [0: 0x3DB9_1350, 31: 0xBD99_9638, 32: 0xBD72_44C0, 47: 0xBE4B_B5CE]),
    Sample(
      0, "stem.2.identity.running_mean", [48],
      [0: 0x3CFA_DA00, 31: 0xBC72_B480, 32: 0x3DFE_503C, 47: 0x3E57_B9CA]),
    Sample(
      0, "stem.2.identity.running_var", [48],
      [0: 0x3F9A_9B72, 31: 0x3F43_7A6A, 32: 0x3F8C_B87D, 47: 0x3F99_BBBF]),
    Sample(
      0, "stem.2.identity.num_batches_tracked", [],
      [0: 0x447A_0000]),
    Sample(
      0, "stages.0.blocks.0.token_mixer.layer_scale.gamma", [48, 1, 1],
      [0: 0x3E69_F289, 31: 0x3E23_0C57, 32: 0x3E91_9B63, 47: 0x3DE1_5ADD]),
    Sample(
      0, "stages.0.blocks.0.token_mixer.norm.identity.running_var", [48],
      [0: 0x3F28_BD14, 31: 0x3F86_385A, 32: 0x3F91_C9D8, 47: 0x3F69_0F85]),
    Sample(
      0, "stages.0.blocks.0.mlp.conv.bn.running_var", [48],
      [0: 0x4018_A6DA, 31: 0x4033_637E, 32: 0x3F83_47BA, 47: 0x3FFC_681A]),
    Sample(
      0, "stages.0.blocks.0.mlp.fc1.weight", [144, 48, 1, 1],
      [0: 0xBDD1_59B0, 4607: 0x3E47_6626, 4608: 0xBE12_E138, 6911: 0xBE11_5E7E]),
    Sample(
      0, "stages.0.blocks.0.mlp.fc2.weight", [48, 144, 1, 1],
      [0: 0x3E47_7585, 4607: 0x3DB3_4CE0, 4608: 0xBE54_0E25, 6911: 0x3DD5_2B1E]),
    Sample(
      0, "stages.1.downsample.proj.0.large_conv.bn.running_var", [96],
      [0: 0x4038_9431, 63: 0x4031_7185, 64: 0x3FE2_96E2, 95: 0x4033_1D26]),
    Sample(
      0, "stages.1.downsample.proj.0.small_conv.conv.weight", [96, 1, 3, 3],
      [0: 0xBE28_F36B, 575: 0x3E4A_D7EE, 576: 0xBDD0_851F, 863: 0xBDCD_C640]),
    Sample(
      0, "stages.3.pos_emb.pos_enc.weight", [512, 1, 7, 7],
      [0: 0xBD6F_212C, 16724: 0xBDD1_FDE9, 16725: 0xBA27_5612, 25087: 0xBDB8_FC65]),
    Sample(
      0, "stages.3.blocks.0.norm.running_var", [512],
      [0: 0x401F_0F7C, 340: 0x3FA1_5BA0, 341: 0x3FD5_2BF4, 511: 0x4035_4B9C]),
    Sample(
      0, "stages.3.blocks.0.token_mixer.qkv.weight", [1536, 512],
      [0: 0x3CA8_0B0E, 524287: 0x3D29_719E, 524288: 0x3D2A_BC3F, 786431: 0xBD21_7DCF]),
    Sample(
      0, "final_conv.se.fc1.weight", [48, 768, 1, 1],
      [0: 0xBD77_AD81, 24575: 0xBD8A_DB99, 24576: 0x3BFE_6AF0, 36863: 0xBD4A_B351]),
    Sample(
      0, "final_conv.se.fc2.weight", [768, 48, 1, 1],
      [0: 0x3DF9_B748, 24575: 0xBEAA_D928, 24576: 0xBE23_7448, 36863: 0x3EAF_7EF5]),
    Sample(
      0, "head.fc.weight", [1000, 768],
      [0: 0xBE37_7462, 511999: 0xBD5E_60E0, 512000: 0x3C6A_61A0, 767999: 0xBE22_EFD6]),
    Sample(
      0, "input", [2, 3, 5, 4],
      [0: 0x3FC6_E750, 79: 0x3EAB_DA90, 80: 0xBE48_3D50, 119: 0x3FB3_7ADC]),
    Sample(
      12345, "input", [1, 3, 2, 2],
      [0: 0x3F06_9794, 7: 0x3DB3_0A40, 8: 0x3E9D_ED28, 11: 0x3FD5_17CA]),
    Sample(
      18446744073709551615, "head.fc.bias", [10],
      [0: 0xBE5D_F39E, 5: 0x3D61_DF38, 6: 0x3E1F_3BD2, 9: 0x3D1B_CE58]),
  ]

  @Test(arguments: samples)
  func equalsPython(sample: Sample) {
    let values = SyntheticWeights(seed: sample.seed).values(named: sample.name, shape: sample.shape)
    #expect(values.count == sample.shape.reduce(1, *))
    for (index, bits) in sample.bits {
      #expect(values[index].bitPattern == bits, "element \(index)")
    }
  }

  @Test func imageIsTheTensorInput() {
    let weights = SyntheticWeights(seed: 7)
    #expect(
      weights.image(batch: 2, height: 5, width: 4)
        == weights.values(named: "input", shape: [2, 3, 5, 4]))
  }

  @Test func firstImageDoesNotDependOnTheBatch() {
    let weights = SyntheticWeights(seed: 7)
    let pair = weights.image(batch: 2, height: 6, width: 3)
    #expect(Array(pair.prefix(54)) == weights.image(batch: 1, height: 6, width: 3))
  }

  @Test func seedsAndNamesGiveDifferentValues() {
    let first = SyntheticWeights(seed: 1).values(named: "a.bias", shape: [8])
    #expect(first != SyntheticWeights(seed: 2).values(named: "a.bias", shape: [8]))
    #expect(first != SyntheticWeights(seed: 1).values(named: "b.bias", shape: [8]))
  }

  @Test func emptyShapes() {
    let weights = SyntheticWeights(seed: 0)
    #expect(weights.values(named: "a.weight", shape: [0]).isEmpty)
    #expect(weights.values(named: "a.num_batches_tracked", shape: []) == [1000])
  }

  @Test(arguments: ["a.weight", "a.qkv.weight"]) func anyElementsAlone(name: String) {
    let weights = SyntheticWeights(seed: 3)
    let all = weights.values(named: name, shape: [12, 4])
    for start in 0...48 {
      for end in start...48 {
        let some = weights.values(named: name, shape: [12, 4], elements: start..<end)
        #expect(some == Array(all[start..<end]))
      }
    }
  }
}
