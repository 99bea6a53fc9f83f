import Testing

@testable import FastViTCPU

@Suite struct ProcessorTests {
  private func name(_ text: String?) -> String? {
    Processor(reading: SystemFiles { $0 == "/proc/cpuinfo" ? text : nil }, pageBytes: 4096).name
  }

  @Test(
    arguments: [
      (
        "processor\t: 0\nmodel\t\t: 2\nmodel name\t: AMD EPYC  9R45\nmodel name\t: other\n",
        "AMD EPYC 9R45"
      ),
      (
        "processor\t: 0\nBogoMIPS\t: 108.00\n\nModel\t\t: Raspberry Pi 5: rev 1\n",
        "Raspberry Pi 5: rev 1"
      ),
      (
        "cpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\n",
        "AMD EPYC, family 25, model 1"
      ),
      ("cpu family\t: 25\nmodel\t\t: 1\n", nil),
      ("model name\t:\nmodel name\n", nil), (nil, nil),
    ] as [(String?, String?)])
  func names(text: String?, name: String?) {
    #expect(self.name(text) == name)
  }

  @Test func thisMachine() {
    let bytes = Processor.current.pageBytes
    #expect(bytes >= 4096 && bytes.nonzeroBitCount == 1)
  }
}
