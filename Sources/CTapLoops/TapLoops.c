#include "CTapLoops.h"
#include <string.h>

// A function marked so is compiled once per instruction set and chosen when the program starts. That needs the loader's
// indirect functions, which x86-64 ELF systems have; elsewhere the one version for the target is all there is (NEON on Arm).
#if defined(__x86_64__) && defined(__ELF__)
#define CCNN_MULTIVERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CCNN_MULTIVERSIONED
#endif

// Everything a multiversioned function calls has to be inlined into it, to be compiled with its instruction set.
#define CCNN_INLINE static inline __attribute__((always_inline))

// The arguments of inlined functions never meet a calling convention, so that their passing cannot differ.
#pragma clang diagnostic ignored "-Wpsabi"

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
#include "TapLoops.h"
#undef SCALAR
#undef NAME
#undef LANES

#define SCALAR double
#define NAME(f) f##Double
#define LANES 8
#include "TapLoops.h"
