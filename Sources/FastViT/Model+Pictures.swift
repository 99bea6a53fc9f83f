import Images
import Network

/// Who published a checkpoint's weights; each evaluates with other transforms.
enum Publisher: Sendable {
  case apple
  case timm
  case mobileCLIP

  /// The publisher that a checkpoint's names and prefixes point to.
  init(of contents: CheckpointContents) {
    if contents.prefix.contains("image_encoder.") {
      self = .mobileCLIP
    } else {
      switch contents.parameters.form.vocabulary {
      case .apple: self = .apple
      case .timm: self = .timm
      }
    }
  }
}

extension Model {
  /// A picture file as the network's input: resized, cropped at the centre and normalised the way the
  /// checkpoint's publisher evaluates it. Synthetic weights are treated as timm's.
  ///
  /// - Parameters:
  ///   - path: a PPM (P6) or PAM file.
  ///   - height: rows of the result, at least one; `Session.run` wants 32.
  ///   - width: columns of the result, likewise.
  /// - Returns: planar `[3][height][width]`; the bits that Pillow and torchvision give.
  /// - Throws: `missingInput`, or `badData` where the file is broken or of another format.
  public func input(
    fromPictureAt path: String, height: Int = 256, width: Int = 256
  ) throws(FastViTError) -> [Float] {
    do {
      return preprocessing(height, width).tensor(from: try Picture(contentsOf: path))
    } catch {
      throw FastViTError(error)
    }
  }

  /// The bytes of a picture file as the network's input, as `input(fromPictureAt:height:width:)`.
  ///
  /// - Parameters:
  ///   - bytes: a PPM (P6) or PAM file.
  ///   - name: what errors call it.
  ///   - height: rows of the result, at least one; `Session.run` wants 32.
  ///   - width: columns of the result, likewise.
  /// - Returns: planar `[3][height][width]`; the bits that Pillow and torchvision give.
  /// - Throws: `badData` where the bytes are broken or of another format.
  public func input(
    fromPicture bytes: [UInt8], named name: String, height: Int = 256, width: Int = 256
  ) throws(FastViTError) -> [Float] {
    do {
      return preprocessing(height, width).tensor(from: try Picture(bytes: bytes, named: name))
    } catch {
      throw FastViTError(error)
    }
  }

  private func preprocessing(_ height: Int, _ width: Int) -> Preprocessing {
    publisher.preprocessing(for: variant.architecture, height: height, width: width)
  }
}

extension Publisher {
  /// How pictures are evaluated by a network of `architecture`, in `height` × `width` pixels.
  func preprocessing(for architecture: Architecture, height: Int, width: Int) -> Preprocessing {
    let cropRatio = architecture.cropRatio
    return switch self {
    case .apple: .imageNet(height: height, width: width, cropRatio: cropRatio.apple)
    case .timm: .imageNet(height: height, width: width, cropRatio: cropRatio.timm)
    case .mobileCLIP: .mobileCLIP(height: height, width: width)
    }
  }
}
