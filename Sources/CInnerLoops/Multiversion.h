// How a function is compiled for several instruction sets.

#ifndef CCNN_MULTIVERSION_H
#define CCNN_MULTIVERSION_H

// A function marked so is compiled once per instruction set and chosen when the program starts. That needs the loader's
// indirect functions, which x86-64 ELF systems have; elsewhere the one version for the target is all there is (NEON on Arm).
// The loader resolves them before the thread sanitiser is ready, which their instrumented resolvers do not survive.
#if defined(__x86_64__) && defined(__ELF__) && !__has_feature(thread_sanitizer)
#define CCNN_MULTIVERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CCNN_MULTIVERSIONED
#endif

// Everything a multiversioned function calls has to be inlined into it, to be compiled with its instruction set.
#define CCNN_INLINE static inline __attribute__((always_inline))

// The arguments of inlined functions never meet a calling convention, so that their passing cannot differ.
#pragma clang diagnostic ignored "-Wpsabi"

#endif
