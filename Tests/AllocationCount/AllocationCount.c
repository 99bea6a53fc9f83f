#include "AllocationCount.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_long count;

long fastvit_allocation_count(void) { return atomic_load(&count); }

#if defined(__GLIBC__)

bool fastvit_can_count_allocations(void) { return true; }

// glibc's own entry points, for programs that replace the public ones. glibc's `free`, which is not
// replaced, frees the memory that they return.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static void note(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *malloc(size_t size) {
  note();
  return __libc_malloc(size);
}

void *calloc(size_t items, size_t size) {
  note();
  return __libc_calloc(items, size);
}

void *realloc(void *block, size_t size) {
  note();
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *found = memalign(alignment, size);
  if (!found) return ENOMEM;
  *block = found;
  return 0;
}

#else

bool fastvit_can_count_allocations(void) { return false; }

#endif
