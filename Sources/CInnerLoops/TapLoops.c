#include "TapLoops.h"
#include "Multiversion.h"
#include <string.h>

// On x86, makes results and operands below the normal range zero, and returns the mode to restore; Arm pays nothing for them.
CCNN_INLINE unsigned flushDenormals(void) {
#if defined(__x86_64__)
    const unsigned mode = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(mode | 0x8040);
    return mode;
#else
    return 0;
#endif
}

CCNN_INLINE void restoreMode(unsigned mode) {
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(mode);
#else
    (void)mode;
#endif
}

#define SCALAR float
#define NAME(f) f##Float
#define LANES 16
#include "TapLoopBodies.h"
#undef SCALAR
#undef NAME
#undef LANES

#define SCALAR double
#define NAME(f) f##Double
#define LANES 8
#include "TapLoopBodies.h"
