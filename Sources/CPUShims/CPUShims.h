// Instructions that Swift cannot express. Header only: every function is inlined where it is called.
#ifndef FASTVIT_CPU_SHIMS_H
#define FASTVIT_CPU_SHIMS_H

#include <stdint.h>

/// The registers that CPUID fills.
typedef struct {
  uint32_t eax, ebx, ecx, edx;
} fastvit_cpuid_registers;

#if defined(__x86_64__)

/// CPUID of a leaf and subleaf.
static inline fastvit_cpuid_registers fastvit_cpuid(uint32_t leaf, uint32_t subleaf) {
  fastvit_cpuid_registers r;
  __asm__ volatile("cpuid"
                   : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                   : "a"(leaf), "c"(subleaf));
  return r;
}

/// Extended control register 0: which register state the operating system saves. Only where CPUID
/// reports OSXSAVE.
static inline uint64_t fastvit_xgetbv(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

#endif

/// Tells the core that this thread spins: saves power and leaves the core to its other thread.
static inline void fastvit_relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  // Arm's own hint, `yield`, does nothing on most cores.
  __asm__ volatile("isb");
#endif
}

/// The number of the core that runs this thread now; -1 where it is unknown. Not asked for on Apple's
/// systems, where a thread cannot choose its core.
static inline int32_t fastvit_current_core(void) {
#if defined(__linux__)
  extern int sched_getcpu(void);
  return sched_getcpu();
#else
  return -1;
#endif
}

/// Moves this thread from core `core` to another one that it may use, if there is one; where it may run
/// stays as it was. Does nothing where threads cannot choose.
static inline void fastvit_leave_core(int32_t core) {
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
  extern long syscall(long, ...);
#if defined(__x86_64__)
  const long set_affinity = 203, get_affinity = 204;
#else
  const long set_affinity = 122, get_affinity = 123;
#endif
  // As many cores as Linux can be built for.
  uint64_t allowed[128], others[128];
  const long bytes = syscall(get_affinity, 0, sizeof allowed, allowed);
  if (bytes <= 0 || core < 0 || core >= bytes * 8) return;
  for (long word = 0; word < bytes / 8; word++) others[word] = allowed[word];
  others[core / 64] &= ~((uint64_t)1 << core % 64);
  // Refused where none is left.
  if (syscall(set_affinity, 0, bytes, others) == 0) syscall(set_affinity, 0, bytes, allowed);
#endif
}

/// Lets other threads that wait for this core run first.
static inline void fastvit_yield(void) {
#if defined(__linux__) || defined(__APPLE__)
  extern int sched_yield(void);
  sched_yield();
#endif
}

#endif
