#include "JetEnergies.h"

#include "Multiversion.h"

typedef double Lanes __attribute__((vector_size(8 * CCNN_KERNEL_LANES)));
typedef double UnalignedLanes __attribute__((vector_size(8 * CCNN_KERNEL_LANES), aligned(8)));

CCNN_INLINE Lanes loadKernels(const double *source) { return *(const UnalignedLanes *)source; }

CCNN_INLINE void storeKernels(double *target, Lanes v) { *(UnalignedLanes *)target = v; }

// The products of one place's functions along y with the columns of the kernels.
CCNN_INLINE void rowsOfKernels(const struct ccnn_axisBases *y, ptrdiff_t place, ptrdiff_t count, ptrdiff_t width,
                               const double *kernels, double *rows) {
    for (ptrdiff_t j = 0; j < count; j++) {
        const double *function = y->functions + (place * y->count + j) * y->length;
        for (ptrdiff_t c = 0; c < width; c++) {
            Lanes sum = {0};
            for (ptrdiff_t r = 0; r < y->length; r++)
                sum += function[r] * loadKernels(kernels + (r * width + c) * CCNN_KERNEL_LANES);
            storeKernels(rows + (j * width + c) * CCNN_KERNEL_LANES, sum);
        }
    }
}

// The energies at places u and v, where `rows` are the products with the functions along y. Returns the end of what it wrote.
CCNN_INLINE double *energiesAtPlace(const struct ccnn_axisBases *x, const struct ccnn_axisBases *y, ptrdiff_t u, ptrdiff_t v,
                                    ptrdiff_t first, ptrdiff_t last, double smallest, Lanes rest, const double *rows,
                                    double *energies) {
    const ptrdiff_t width = x->length;
    const double *functions = x->functions + u * x->count * width;
    const double *xIndependence = x->independence + u * x->count, *yIndependence = y->independence + v * y->count;
    const double *xSums = x->sums ? x->sums + u * x->count : NULL, *ySums = x->sums ? y->sums + v * y->count : NULL;
    const double taps = (double)(width * y->length);
    Lanes explained[last + 1], ofConstant[last + 1];
    double constants[last + 1];
    for (ptrdiff_t n = 0; n <= last; n++) {
        explained[n] = ofConstant[n] = (Lanes){0};
        constants[n] = 0;
    }
    for (ptrdiff_t j = 0; j < y->count && j <= last; j++, rows += width * CCNN_KERNEL_LANES) {
        for (ptrdiff_t i = 0; i < x->count && i <= last - j; i++) {
            if (xIndependence[i] * yIndependence[j] < smallest) break;
            Lanes product = {0};
            for (ptrdiff_t c = 0; c < width; c++)
                product += functions[i * width + c] * loadKernels(rows + c * CCNN_KERNEL_LANES);
            explained[i + j] += product * product;
            if (!xSums) continue;
            const double p = xSums[i] * ySums[j];
            ofConstant[i + j] += p * product;
            constants[i + j] += p * p;
        }
    }
    Lanes energy = {0};
    double left = taps;
    for (ptrdiff_t n = 0; n <= last; n++) {
        energy += explained[n];
        rest -= ofConstant[n];
        left -= constants[n];
        if (n < first) continue;
        Lanes whole = energy;
        if (xSums && left > 1e-9 * taps) whole += rest * rest / left;
        storeKernels(energies, whole);
        energies += CCNN_KERNEL_LANES;
    }
    return energies;
}

CCNN_INLINE void jetEnergies(const struct ccnn_axisBases *x, const struct ccnn_axisBases *y, ptrdiff_t first,
                             ptrdiff_t last, double smallest, const double *kernels, double *scratch, double *energies) {
    const ptrdiff_t rowCount = y->count < last + 1 ? y->count : last + 1;
    Lanes total = {0};
    for (ptrdiff_t tap = 0; tap < x->length * y->length; tap++) total += loadKernels(kernels + tap * CCNN_KERNEL_LANES);
    for (ptrdiff_t v = 0; v < y->places; v++) {
        rowsOfKernels(y, v, rowCount, x->length, kernels, scratch);
        for (ptrdiff_t u = 0; u < x->places; u++)
            energies = energiesAtPlace(x, y, u, v, first, last, smallest, total, scratch, energies);
    }
}

CCNN_MULTIVERSIONED
void ccnn_jetEnergies(const struct ccnn_axisBases *x, const struct ccnn_axisBases *y, ptrdiff_t first, ptrdiff_t last,
                      double smallest, const double *kernels, double *scratch, double *energies) {
    jetEnergies(x, y, first, last, smallest, kernels, scratch, energies);
}
