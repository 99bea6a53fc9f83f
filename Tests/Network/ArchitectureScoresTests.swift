import FastViTTestSupport
import Testing

@testable import FastViTNetwork

/// A variant is recognised by a few tensors as surely as by all of them.
@Suite struct ArchitectureScoresTests {
  /// The variant with most tensors in common and fewest apart, of all tensors.
  private func closest(_ shapes: [String: [Int]], _ form: CheckpointForm) -> String? {
    let scores = Architecture.all.map { architecture in
      let all = NetworkParameters(architecture, form: form, classCount: 10).all
      return 3 * all.count { shapes[$0.name] == $0.shape } - all.count
    }
    return scores.max().flatMap { scores.firstIndex(of: $0) }.map { Architecture.all[$0].name }
  }

  @Test(arguments: Architecture.all, CheckpointForm.allCases)
  func damagedNetworksAreRecognised(architecture: Architecture, form: CheckpointForm) {
    var random = SeededGenerator(7)
    for lost in [0, 0.1, 0.4] {
      var shapes: [String: [Int]] = [:]
      for parameter in NetworkParameters(architecture, form: form, classCount: 10).all
      where random.doubles(1, in: 0...1)[0] >= lost {
        shapes[parameter.name] = parameter.shape
      }
      var scores = ArchitectureScores(form.vocabulary) { shapes[$0] }
      let found = scores.best(of: Architecture.all).name
      #expect(found == closest(shapes, form))
      #expect(found == architecture.name)
    }
  }

  /// No name is looked up for one variant and again for the next.
  @Test func everyNameIsLookedUpOnce() {
    var names: [String] = []
    var scores = ArchitectureScores(.timm) {
      names.append($0)
      return nil
    }
    #expect(scores.best(of: Architecture.all) == Architecture.all[0])
    #expect(Set(names).count == names.count)
  }
}
