#ifndef CFFTWMPI_SHIM_H
#define CFFTWMPI_SHIM_H

// Complex numbers as two-element arrays, which Swift imports; C's own complex type it does not.
#define FFTW_NO_Complex
#include <fftw3-mpi.h>

#endif
