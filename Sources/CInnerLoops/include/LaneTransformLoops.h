// Fourier transforms of many lines side by side, one line in each lane of a vector: the inner loops of convolution by tiles.

#ifndef CCNN_LANE_TRANSFORMS_H
#define CCNN_LANE_TRANSFORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A transform of `length` points as passes of radix 2, 3 or 4 whose product is the length.
///
/// Lanes are the numbers that fit 64 bytes: 16 floats or 8 doubles. A line of points is `length` pairs of vectors, real parts and imaginary parts. The
/// forward transform leaves the spectrum in an order of its own, which the inverse takes back; products of spectra need no order.
struct ccnn_laneTransform {
    ptrdiff_t length, passes;
    const ptrdiff_t *radices;
};

/// X[k] = Σ_j x[j] exp(−2πi jk/length) in place, in an order of its own. `twiddles` holds for each pass of radix r, m being the length divided by the radices up to and
/// with it, and for j = 1 … m − 1 and q = 1 … r − 1, cos and −sin of 2πjq/(rm).
void ccnn_laneForwardFloat(const struct ccnn_laneTransform *plan, const float *twiddles, float *points);
void ccnn_laneForwardDouble(const struct ccnn_laneTransform *plan, const double *twiddles, double *points);

/// `length` times the inverse of the above, in place.
void ccnn_laneInverseFloat(const struct ccnn_laneTransform *plan, const float *twiddles, float *points);
void ccnn_laneInverseDouble(const struct ccnn_laneTransform *plan, const double *twiddles, double *points);

/// points[i] ·= conj(spectrum[i]) for `count` points in every lane.
void ccnn_laneMultiplyByConjugateFloat(const float *spectrum, ptrdiff_t count, float *points);
void ccnn_laneMultiplyByConjugateDouble(const double *spectrum, ptrdiff_t count, double *points);

/// Exchanges lanes and points: lane l of point i of `from` becomes lane i of point l of `to`, for as many points as there are lanes. Points lie
/// `fromStride` and `toStride` apart, in scalars.
void ccnn_laneTransposeFloat(const float *from, ptrdiff_t fromStride, float *to, ptrdiff_t toStride);
void ccnn_laneTransposeDouble(const double *from, ptrdiff_t fromStride, double *to, ptrdiff_t toStride);

/// Fills the real or the imaginary parts of `length` points: lane l of point i is source[rowMap[i]·pitch + columnMap[l]], zero where either map is negative or
/// ends. `points` is the first vector to fill. Returns whether every number was finite.
bool ccnn_laneLoadFloat(const float *source, ptrdiff_t pitch, const int32_t *rowMap, ptrdiff_t rows,
                        const int32_t *columnMap, ptrdiff_t columns, ptrdiff_t length, float *points);
bool ccnn_laneLoadDouble(const double *source, ptrdiff_t pitch, const int32_t *rowMap, ptrdiff_t rows,
                         const int32_t *columnMap, ptrdiff_t columns, ptrdiff_t length, double *points);

/// result[i·pitch + j] = lane firstLane + j·laneStride of point i·pointStride, for 0 ≤ i < rows and 0 ≤ j < columns; `points` is the first vector to read.
void ccnn_laneStoreFloat(const float *points, ptrdiff_t pointStride, ptrdiff_t rows, ptrdiff_t firstLane,
                         ptrdiff_t laneStride, ptrdiff_t columns, float *result, ptrdiff_t pitch);
void ccnn_laneStoreDouble(const double *points, ptrdiff_t pointStride, ptrdiff_t rows, ptrdiff_t firstLane,
                          ptrdiff_t laneStride, ptrdiff_t columns, double *result, ptrdiff_t pitch);

#endif
