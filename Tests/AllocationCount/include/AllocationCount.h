// Counts what a test process allocates. Linked into a program, this replaces the C library's `malloc` and
// its kin for all of it, Swift's runtime and Dispatch included; the memory itself is still the C library's.
#ifndef FASTVIT_ALLOCATION_COUNT_H
#define FASTVIT_ALLOCATION_COUNT_H

#include <stdbool.h>

/// Whether allocations can be counted here: with glibc.
bool fastvit_can_count_allocations(void);

/// Calls that allocated, by any thread, since the process began.
long fastvit_allocation_count(void);

#endif
