// The innermost loops of convolution over taps, in both precisions. Each is the plain loop its comment states.

#ifndef CCNN_TAP_LOOPS_H
#define CCNN_TAP_LOOPS_H

#include "LaneTransformLoops.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The shape of a weighted sum of rows, for up to four output rows at once:
///
///     outputs[r][x] = Σ_q Σ_j weights[q·columns + j] · sources[q + r·shift][x + offsets[j]],   0 ≤ x < length
///
/// over 0 ≤ q < rows and 0 ≤ j < columns. A source that is NULL counts as zeros.
struct ccnn_tapShape {
    ptrdiff_t rows, columns;
    /// How many output rows there are, 1 to 4, and how many sources each begins after the one before.
    ptrdiff_t outputs, shift;
    /// Samples in an output row.
    ptrdiff_t length;
};

void ccnn_sumTapsFloat(const struct ccnn_tapShape *shape, const float *const *sources, const ptrdiff_t *offsets,
                       const float *weights, float *const *outputs);
void ccnn_sumTapsDouble(const struct ccnn_tapShape *shape, const double *const *sources, const ptrdiff_t *offsets,
                        const double *weights, double *const *outputs);

/// result[i·stride] = map[i] < 0 ? 0 : source[map[i]], for 0 ≤ i < count.
void ccnn_gatherFloat(const float *source, const int32_t *map, ptrdiff_t count, float *result, ptrdiff_t stride);
void ccnn_gatherDouble(const double *source, const int32_t *map, ptrdiff_t count, double *result, ptrdiff_t stride);

/// result[i·resultStride] = source[i·stride], for 0 ≤ i < count.
void ccnn_copyFloat(const float *source, ptrdiff_t stride, ptrdiff_t count, float *result, ptrdiff_t resultStride);
void ccnn_copyDouble(const double *source, ptrdiff_t stride, ptrdiff_t count, double *result, ptrdiff_t resultStride);

/// result[map[i]] += source[i] where map[i] is not negative, for 0 ≤ i < count. The transpose of gather.
void ccnn_scatterFloat(const float *source, const int32_t *map, ptrdiff_t count, float *result);
void ccnn_scatterDouble(const double *source, const int32_t *map, ptrdiff_t count, double *result);

/// result[i] += source[i], for 0 ≤ i < count.
void ccnn_addFloat(const float *source, ptrdiff_t count, float *result);
void ccnn_addDouble(const double *source, ptrdiff_t count, double *result);

/// Whether none of `count` numbers is infinite or not a number.
bool ccnn_isFiniteFloat(const float *source, ptrdiff_t count);
bool ccnn_isFiniteDouble(const double *source, ptrdiff_t count);

/// A two-sided recursive filter, parallel sections of one complex pole each:
///
///     y[p] = centre·x[p] + Σ_k Re( c_k Σ_{u ≥ 1} z_k^{u−1} (x[p − u] + parity·x[p + u]) )
///
/// along `count` rows of `lanes` columns that lie `pitch` apart, x zero outside. Every column is a line of its own.
struct ccnn_recursiveShape {
    /// The number of sections; 1 to 6.
    ptrdiff_t sections;
    /// Rows of x and y, and columns.
    ptrdiff_t count, lanes;
    /// The distance between rows of x and of y, in scalars.
    ptrdiff_t sourcePitch, resultPitch;
};

/// `filter` holds centre, parity, and for each section Re z, Im z, Re c, Im c. A row of x with index map[p] is read for sample p, zeros
/// where that is negative; map may be NULL for rows in order.
void ccnn_recursiveFloat(const struct ccnn_recursiveShape *shape, const float *filter, const float *x, const int32_t *map,
                         float *y);
void ccnn_recursiveDouble(const struct ccnn_recursiveShape *shape, const double *filter, const double *x, const int32_t *map,
                          double *y);

/// result[column·resultPitch + row] = source[row·sourcePitch + column], for rows × columns numbers.
void ccnn_transposeFloat(const float *source, ptrdiff_t sourcePitch, ptrdiff_t rows, ptrdiff_t columns, float *result,
                         ptrdiff_t resultPitch);
void ccnn_transposeDouble(const double *source, ptrdiff_t sourcePitch, ptrdiff_t rows, ptrdiff_t columns, double *result,
                          ptrdiff_t resultPitch);

#endif
