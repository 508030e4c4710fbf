#ifndef CFFTW_SHIM_H
#define CFFTW_SHIM_H

// Complex numbers as two-element arrays, which Swift imports; C's own complex type it does not.
#define FFTW_NO_Complex
#include <fftw3.h>

// Arrays of unknown length are not imported either.
static inline const char *cfftw_version(void) { return fftw_version; }

#endif
