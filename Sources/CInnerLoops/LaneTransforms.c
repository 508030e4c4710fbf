#include "LaneTransformLoops.h"
#include "Multiversion.h"
#include <stdbool.h>

#define SCALAR float
#define NAME(f) f##Float
#define LANES 16
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#include "LaneTransformBodies.h"
#undef SCALAR
#undef NAME
#undef LANES
#undef INTERLEAVE_LOW
#undef INTERLEAVE_HIGH

#define SCALAR double
#define NAME(f) f##Double
#define LANES 8
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#include "LaneTransformBodies.h"
