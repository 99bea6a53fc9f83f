import FastViT
import Foundation

/// A roofline chart of the layers of a network, as SVG: the speed of one core against the
/// operations per byte, on logarithmic axes. Each layer is a dot whose area is its share of the
/// time.
///
/// Layers without multiply-adds are not shown; the legend gives their share of the time.
struct RooflineChart {
  private struct Dot {
    let layer: TracedLayer
    let cost: TimeBreakdown.Cost
    let gigaflops: Double
    let colour: String
  }

  private let breakdown: TimeBreakdown

  /// The largest dot first, so that no dot hides another.
  private let dots: [Dot]

  /// The kinds of layers in the order of the network, with their colours.
  private let kinds: [(name: String, colour: String)]
  private let x: LogarithmicAxis
  private let y: LogarithmicAxis

  /// The colours of Okabe and Ito, which people with any colour vision can distinguish.
  private static let colours = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7A00", "#444444",
  ]
  private static let size = (width: 960.0, height: 600.0)
  private static let plot = (left: 70.0, right: 710.0, top: 60.0, bottom: 540.0)

  init(_ breakdown: TimeBreakdown) {
    self.breakdown = breakdown
    let layers = zip(breakdown.traced.layers, breakdown.layers).filter { $1.multiplyAdds > 0 }
    var names: [String] = []
    for (layer, _) in layers where !names.contains(layer.kind) { names.append(layer.kind) }
    let colours = (0..<names.count).map { Self.colours[$0 % Self.colours.count] }
    kinds = Array(zip(names, colours))
    let colour = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0.colour) })
    dots = layers.compactMap { layer, cost in
      guard let speed = cost.gigaflops, let colour = colour[layer.kind] else { return nil }
      return Dot(layer: layer, cost: cost, gigaflops: speed, colour: colour)
    }.sorted { $0.cost.share > $1.cost.share }
    let ridges = breakdown.roofline.bandwidths.map { breakdown.roofline.peak / $0.gigabytes }
    x = LogarithmicAxis(
      showing: dots.map(\.cost.intensity) + ridges, pixels: (Self.plot.left, Self.plot.right))
    y = LogarithmicAxis(
      showing: dots.map(\.gigaflops) + [breakdown.roofline.peak],
      pixels: (Self.plot.bottom, Self.plot.top))
  }

  /// The content of the SVG file.
  var text: String {
    let session = breakdown.traced.session
    let size = "\(breakdown.traced.height)x\(breakdown.traced.width)"
    let title =
      "\(session.model.variant) at \(size), \(session.model.instructionSet), "
      + count(session.threads, "thread")
    let lines =
      [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(Self.size.width))\" "
          + "height=\"\(Int(Self.size.height))\" font-family=\"sans-serif\" font-size=\"12\">",
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
        label(title, Self.plot.left, 30, "font-size=\"17\""),
      ] + grid + roof + dots.map(circle) + legend + ["</svg>"]
    return lines.map { $0 + "\n" }.joined()
  }

  private var grid: [String] {
    let (left, right, top, bottom) = Self.plot
    var lines: [String] = []
    for value in x.ticks {
      lines.append(line(x.place(value), top, x.place(value), bottom, "#e4e4e4"))
      lines.append(label(Self.short(value), x.place(value), bottom + 18, Self.centred))
    }
    for value in y.ticks {
      lines.append(line(left, y.place(value), right, y.place(value), "#e4e4e4"))
      lines.append(label(Self.short(value), left - 8, y.place(value) + 4, "text-anchor=\"end\""))
    }
    let (middle, centre) = ((left + right) / 2, (top + bottom) / 2)
    return lines + [
      label("floating-point operations per byte", middle, bottom + 42, Self.centred),
      label(
        "GFLOP/s of one core", 22, centre,
        Self.centred + " transform=\"rotate(-90 22 \(Self.short(centre)))\""),
    ]
  }

  /// The horizontal line of the peak, and one slope per level of memory up to it.
  private var roof: [String] {
    let peak = breakdown.roofline.peak
    let nearest = breakdown.roofline.bandwidths.map(\.gigabytes).max() ?? peak
    var lines = [
      line(x.place(peak / nearest), y.place(peak), Self.plot.right, y.place(peak), "#222222", 2),
      label(
        "multiply-add peak \(decimals(peak, 0)) GFLOP/s", Self.plot.right, y.place(peak) - 6,
        "text-anchor=\"end\""),
    ]
    let angle = atan2(-y.decade, x.decade) * 180 / .pi
    for (level, gigabytes) in breakdown.roofline.bandwidths {
      let start = max(x.values.lowerBound, y.values.lowerBound / gigabytes)
      let (left, bottom) = (x.place(start), y.place(start * gigabytes))
      let (right, top) = (x.place(peak / gigabytes), y.place(peak))
      lines.append(line(left, bottom, right, top, "#222222", 2))
      let place = "\(decimals(left, 1)) \(decimals(bottom, 1))"
      lines.append(
        label(
          "\(level.name) \(decimals(gigabytes, 0)) GB/s", left + 8, bottom - 6,
          "transform=\"rotate(\(decimals(-angle, 1)) \(place))\""))
    }
    return lines
  }

  private func circle(_ dot: Dot) -> String {
    let title =
      "\(dot.layer.name): \(dot.layer.kind), \(decimals(dot.cost.nanoseconds / 1e3, 1)) µs, "
      + "\(decimals(100 * dot.cost.share, 1))% of the time, \(decimals(dot.gigaflops, 1)) GFLOP/s, "
      + "\(decimals(dot.cost.intensity, 1)) FLOP/B, \(decimals(dot.cost.roofFraction, 2)) of the "
      + "roof, " + dot.layer.kernels.joined(separator: ", ")
    return "<circle cx=\"\(decimals(x.place(dot.cost.intensity), 1))\" "
      + "cy=\"\(decimals(y.place(dot.gigaflops), 1))\" r=\"\(Self.radius(dot.cost.share))\" "
      + "fill=\"\(dot.colour)\" fill-opacity=\"0.6\" stroke=\"#ffffff\" stroke-width=\"0.7\">"
      + "<title>\(Self.escaped(title))</title></circle>"
  }

  private var legend: [String] {
    let left = Self.plot.right + 30
    var lines: [String] = []
    var top = Self.plot.top + 10
    func add(_ text: String, radius: String, _ colour: String) {
      lines.append(
        "<circle cx=\"\(Self.short(left))\" cy=\"\(Self.short(top))\" r=\"\(radius)\" "
          + "fill=\"\(colour)\" fill-opacity=\"0.6\"/>")
      lines.append(label(text, left + 22, top + 4))
      top += 26
    }
    lines.append(label("share of the time", left - 10, top))
    top += 22
    for (name, colour) in kinds {
      let share = dots.filter { $0.layer.kind == name }.reduce(0) { $0 + $1.cost.share }
      add("\(name), \(decimals(100 * share, 1))%", radius: "7", colour)
    }
    top += 14
    for share in [0.01, 0.05] {
      add("\(decimals(100 * share, 0))%", radius: Self.radius(share), "#888888")
    }
    let rest = breakdown.layers.filter { $0.multiplyAdds == 0 }
    if !rest.isEmpty {
      let share = rest.reduce(0) { $0 + $1.share }
      lines.append(label("without multiply-adds, not shown:", left - 10, top + 10))
      lines.append(
        label("\(count(rest.count, "layer")), \(decimals(100 * share, 1))%", left - 10, top + 28))
    }
    return lines
  }

  private static let centred = "text-anchor=\"middle\""

  /// The radius in pixels of a dot whose area is the share; large enough to be seen.
  private static func radius(_ share: Double) -> String {
    decimals(max(2, 50 * share.squareRoot()), 1)
  }

  private static func short(_ value: Double) -> String { String(format: "%g", value) }

  private func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String, _ width: Int = 1
  ) -> String {
    "<line x1=\"\(decimals(x1, 1))\" y1=\"\(decimals(y1, 1))\" x2=\"\(decimals(x2, 1))\" "
      + "y2=\"\(decimals(y2, 1))\" stroke=\"\(colour)\" stroke-width=\"\(width)\"/>"
  }

  private func label(
    _ text: String, _ x: Double, _ y: Double, _ attributes: String = ""
  ) -> String {
    "<text x=\"\(decimals(x, 1))\" y=\"\(decimals(y, 1))\" fill=\"#222222\" \(attributes)>"
      + "\(Self.escaped(text))</text>"
  }

  /// `text` with the characters escaped that have a meaning in SVG.
  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;")
      .replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
  }
}
