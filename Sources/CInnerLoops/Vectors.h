// The vector type of the innermost loops, its loads and stores, and how a function is compiled for several instruction sets.

#ifndef CCNN_VECTORS_H
#define CCNN_VECTORS_H

#include <stdbool.h>
#include <stddef.h>

#include "Multiversion.h"

enum { LANES = 16 };

typedef float Vector __attribute__((vector_size(4 * LANES)));
typedef float UnalignedVector __attribute__((vector_size(4 * LANES), aligned(4)));
typedef float HalfVector __attribute__((vector_size(32), aligned(4)));
typedef float QuarterVector __attribute__((vector_size(16), aligned(4)));

CCNN_INLINE Vector load(const float *source) { return *(const UnalignedVector *)source; }

CCNN_INLINE void store(float *target, Vector v) { *(UnalignedVector *)target = v; }

CCNN_INLINE Vector broadcast(float value) {
    return (Vector){value, value, value, value, value, value, value, value,
                    value, value, value, value, value, value, value, value};
}

// Stores the first `count` lanes, 0 < count < LANES, and touches nothing after them.
CCNN_INLINE void storeFirst(float *target, Vector v, ptrdiff_t count) {
    if (count & 8) {
        *(HalfVector *)target = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7);
        target += 8;
        v = __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1);
    }
    if (count & 4) {
        *(QuarterVector *)target = __builtin_shufflevector(v, v, 0, 1, 2, 3);
        target += 4;
        v = __builtin_shufflevector(v, v, 4, 5, 6, 7, 8, 9, 10, 11, -1, -1, -1, -1, -1, -1, -1, -1);
    }
    if (count & 2) {
        target[0] = v[0];
        target[1] = v[1];
        target += 2;
        v = __builtin_shufflevector(v, v, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1);
    }
    if (count & 1) target[0] = v[0];
}

// The first `count` values, 0 < count < LANES, and zeros after them; reads nothing after them.
CCNN_INLINE Vector loadFirst(const float *source, ptrdiff_t count) {
    Vector v = {0};
    source += count;
    if (count & 1) {
        source -= 1;
        v[0] = source[0];
    }
    if (count & 2) {
        source -= 2;
        v = __builtin_shufflevector(v, v, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        v[0] = source[0];
        v[1] = source[1];
    }
    if (count & 4) {
        source -= 4;
        QuarterVector low = *(const QuarterVector *)source;
        Vector wide = __builtin_shufflevector(low, low, 0, 1, 2, 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
        v = __builtin_shufflevector(wide, v, 0, 1, 2, 3, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27);
    }
    if (count & 8) {
        source -= 8;
        HalfVector low = *(const HalfVector *)source;
        Vector wide = __builtin_shufflevector(low, low, 0, 1, 2, 3, 4, 5, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1);
        v = __builtin_shufflevector(wide, v, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    }
    return v;
}

CCNN_INLINE Vector loadLanes(const float *source, ptrdiff_t count) {
    return count >= LANES ? load(source) : loadFirst(source, count);
}

CCNN_INLINE void storeLanes(float *target, Vector v, ptrdiff_t count) {
    if (count >= LANES)
        store(target, v);
    else
        storeFirst(target, v, count);
}

#endif
