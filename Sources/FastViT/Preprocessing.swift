import FastViTImages
import FastViTNetwork

/// How an image file becomes a network's input: resized, cropped at the centre and normalised.
public struct Preprocessing: Sendable, Hashable {
  /// How an image is resized. The filter is stretched where the image shrinks, as in Pillow.
  public enum Interpolation: String, Sendable, CaseIterable {
    /// A triangle over one pixel to each side.
    case bilinear
    /// A cubic curve over two pixels to each side.
    case bicubic
  }

  private enum Recipe: Sendable, Hashable {
    case published(Publisher)
    case custom(ImageTransform)
  }

  private let recipe: Recipe

  private init(_ recipe: Recipe) {
    self.recipe = recipe
  }

  /// What Apple evaluates the model's variant with: ImageNet's mean and deviation, bicubic.
  public static let apple = Preprocessing(.published(.apple))

  /// What timm evaluates the model's variant with. It keeps another part of the image than Apple for
  /// SA36.
  public static let timm = Preprocessing(.published(.timm))

  /// What MobileCLIP's image encoders are given: values from 0 to 1 of the whole shorter side, bilinear.
  public static let mobileCLIP = Preprocessing(.published(.mobileCLIP))

  /// The published recipe called `name`: one of `names`; nil where there is none.
  public init?(_ name: String) {
    guard let publisher = Publisher(rawValue: name) else { return nil }
    self.init(.published(publisher))
  }

  /// The names of the published recipes: `apple`, `timm`, `mobileclip`.
  public static let names = Publisher.allCases.map(\.rawValue)

  /// A recipe of other numbers.
  ///
  /// - Parameters:
  ///   - height: rows of the input, where `Model.input` is given no other.
  ///   - width: columns of the input, likewise.
  ///   - cropRatio: the part of the resized image's shorter side that the crop keeps, from 0.01 to 1.
  ///   - interpolation: how the image is resized.
  ///   - mean: what is subtracted from red, green and blue, on a scale from 0 to 1.
  ///   - standardDeviation: what red, green and blue are then divided by, above 0.
  /// - Throws: `badData` where a number is outside its range, or there are not three per list.
  public init(
    height: Int = 256, width: Int = 256, cropRatio: Double, interpolation: Interpolation,
    mean: [Float], standardDeviation: [Float]
  ) throws(FastViTError) {
    let transform = ImageTransform(
      height: height, width: width, cropRatio: cropRatio, interpolation: interpolation.value,
      mean: mean, standardDeviation: standardDeviation)
    self.init(.custom(try transform.checked()))
  }

  /// What happens to an image for a network of `architecture`.
  ///
  /// - Parameters:
  ///   - height: rows of the input; nil for the recipe's.
  ///   - width: columns of the input, likewise.
  /// - Throws: `badData` for a size that no image can have.
  func transform(
    for architecture: Architecture, height: Int?, width: Int?
  ) throws(FastViTError) -> ImageTransform {
    let transform =
      switch recipe {
      case .published(let publisher): architecture.preprocessing[publisher]
      case .custom(let transform): transform
      }
    return try transform.sized(height: height ?? transform.height, width: width ?? transform.width)
      .checked()
  }
}

extension Preprocessing {
  /// What `publisher` evaluates with.
  init(_ publisher: Publisher) {
    self.init(.published(publisher))
  }
}

extension Preprocessing.Interpolation {
  fileprivate var value: FastViTImages.Interpolation {
    switch self {
    case .bilinear: .bilinear
    case .bicubic: .bicubic
    }
  }
}

extension ImageTransform {
  /// This transform, if images can be transformed by it.
  ///
  /// - Throws: `badData` where they cannot.
  fileprivate func checked() throws(FastViTError) -> ImageTransform {
    if let flaw { throw FastViTError(.badData, "preprocessing: \(flaw)") }
    return self
  }
}
