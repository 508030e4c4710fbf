// Fetching a cache line before it is needed.

#ifndef CCNN_PREFETCH_H
#define CCNN_PREFETCH_H

#include <stdbool.h>

#include "Multiversion.h"

// Into the second-level cache: what loops fetch a row or some kilobytes ahead would, together with what they use meanwhile, push each other out of
// a first-level cache of 32 KB, and the way from the second level is short enough to be hidden by what the processor does out of order.
CCNN_INLINE void fetch(const float *address, const bool forWriting) {
    if (forWriting)
        __builtin_prefetch(address, 1, 2);
    else
        __builtin_prefetch(address, 0, 2);
}

#endif
