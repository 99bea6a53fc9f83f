import Foundation

/// What the system says about its errors.
package enum SystemReason {
  /// The words for the error number `code`.
  package static func text(_ code: Int32) -> String { String(cString: strerror(code)) }

  /// The words for the error number behind an error of Foundation's.
  package static func text(of error: any Error) -> String {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    guard cause.domain == NSPOSIXErrorDomain, let code = Int32(exactly: cause.code) else {
      return "an error of the system"
    }
    return text(code)
  }
}
