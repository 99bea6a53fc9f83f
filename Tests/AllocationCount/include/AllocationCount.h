// Counts the allocations of a test process. A program that links this calls these functions instead of the
// C library's `malloc`, `calloc` and so on, also in Swift's runtime and in Dispatch. They allocate with the
// C library.
#ifndef FASTVIT_ALLOCATION_COUNT_H
#define FASTVIT_ALLOCATION_COUNT_H

#include <stdbool.h>

/// Whether allocations can be counted here: with glibc.
bool fastvit_can_count_allocations(void);

/// How many calls allocated memory since the process began, on any thread.
long fastvit_allocation_count(void);

#endif
