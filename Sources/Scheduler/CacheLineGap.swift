/// Space that keeps what different threads write on different cache lines.
///
/// 128 bytes: x86 fetches lines of 64 in pairs, and some Arm cores have lines of 128.
struct CacheLineGap: Sendable {
  private let bytes = InlineArray<16, UInt64>(repeating: 0)
}
