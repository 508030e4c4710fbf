// The innermost loops, most with vectors of 16 floats. Each is the plain loop its comment states; every count may be any number.

#ifndef CCNN_INNER_LOOPS_H
#define CCNN_INNER_LOOPS_H

#include "ChannelwiseRows.h"
#include "JetEnergies.h"
#include "LayerLoops.h"
#include "TapLoops.h"
#include <stdbool.h>
#include <stddef.h>

/// Where one outer step of a product reads its factors, in floats from the start of each.
struct ccnn_step {
    ptrdiff_t a, b;
};

/// The shape of a matrix product: c[r][j] = Σ_o Σ_i a[steps[o].a + r·aRow + i·aInner] · b[steps[o].b + i·bInner + j],
/// for r < rows, j < columns, o < outer, i < inner.
///
/// To this are added bias[j], unless the bias is null, and what c held before if `accumulate`. Rows of b and the bias are read
/// in whole vectors, so that each must be followed by readable memory up to a multiple of 16 columns.
struct ccnn_realShape {
    ptrdiff_t rows, columns, inner, outer;
    ptrdiff_t aRow, aInner, bInner, cRow;
    const struct ccnn_step *steps;
    const float *bias;
    bool accumulate;
};

/// The real matrix product described by `p`.
void ccnn_realProduct(const struct ccnn_realShape *p, const float *a, const float *b, float *c);

/// The product of the same shape that stays within channels, c[r][j] = Σ_o Σ_i a[… + j] · b[… + j]; rows of a are read in whole
/// vectors too.
void ccnn_channelwiseProduct(const struct ccnn_realShape *p, const float *a, const float *b, float *c);

/// The shape of a complex matrix product: c[r][j] = Σ_i a[r·aRow + i·aInner] · b[i·bInner + j], for r < rows, i < inner and
/// j < columns rounded up to a multiple of 16. Imaginary parts lie at a distance of `…Imaginary` floats after the real ones.
struct ccnn_complexShape {
    ptrdiff_t rows, columns, inner;
    ptrdiff_t aRow, aInner, aImaginary;
    ptrdiff_t bInner, bImaginary;
    ptrdiff_t cRow, cImaginary;
    /// Whether b enters conjugated.
    bool conjugate;
    /// Whether the sums are added to what c holds instead of replacing it.
    bool accumulate;
};

/// The complex matrix product described by `p`.
void ccnn_complexProduct(const struct ccnn_complexShape *p, const float *a, const float *b, float *c);

/// The product of the same shape that stays within channels: c[r][j] = Σ_i a[r·aRow + i·aInner + j] · b[i·bInner + j].
void ccnn_complexChannelwiseProduct(const struct ccnn_complexShape *p, const float *a, const float *b, float *c);

/// A discrete Fourier transform of `length` points, X[k] = Σ_j x[j] exp(−2πi jk/length), as passes of radix 2, 3, 4, 5, 6 or 8
/// whose product is the length. Sixteen transforms run side by side, one in each lane.
struct ccnn_transform {
    ptrdiff_t length, passes;
    const ptrdiff_t *radices;
    /// For each pass, blocks being the length divided by the radices up to and with this one: the real and imaginary part of
    /// exp(−2πi p·k/(blocks·radix)) for p = 1 … blocks − 1 and, innermost, k = 1 … radix − 1.
    const float *twiddles;
};

/// Rows of real values: value j of row y is at y·rowStride + j·stride and the following `lanes` − 1 floats, and it is point
/// `first` + j of its transform; all other points are zero.
struct ccnn_rows {
    ptrdiff_t rows, rowStride, stride, first, count, lanes;
};

/// Columns of complex values, contiguous in space (16 real parts, 16 imaginary parts), `count` of them from point `first`;
/// in the spectrum, bin k is at k·stride, its imaginary parts `imaginary` floats after the real ones. `ahead` is the distance
/// from this column to the one that will be transformed next, in floats, or 0.
struct ccnn_columns {
    ptrdiff_t first, count, stride, imaginary, ahead;
};

/// Twice the spectra of real rows, bins 0 … length/2: that of row y at bin·binStride + 32·y, 16 real and 16 imaginary parts.
///
/// Rows are transformed in pairs, the second as the imaginary part of the first; where their number is odd, the spectrum of
/// a row of zeros follows. Reads nothing at or after `end`. `scratch` has room for 8·length vectors.
void ccnn_transformRows(const struct ccnn_transform *t, const struct ccnn_rows *rows, const float *source,
                        const float *end, float *spectrum, ptrdiff_t binStride, float *scratch);

/// The spectrum of one column. `scratch` has room for 4·length vectors.
void ccnn_transformColumns(const struct ccnn_transform *t, const struct ccnn_columns *columns, const float *source,
                           float *spectrum, float *scratch);

/// The column with the given spectrum, times the length. `scratch` has room for 4·length vectors.
void ccnn_invertColumns(const struct ccnn_transform *t, const struct ccnn_columns *columns, const float *spectrum,
                        float *target, float *scratch);

/// Real rows from their spectra as `ccnn_transformRows` lays them out, times `factor` (and the length), plus a bias of 16
/// floats unless it is null, plus what the target holds if `accumulate`. `scratch` has room for 8·length vectors.
void ccnn_invertRows(const struct ccnn_transform *t, const struct ccnn_rows *rows, const float *spectrum,
                     ptrdiff_t binStride, float *target, float factor, const float *bias, bool accumulate,
                     float *scratch);

/// A row of tiles of Winograd's algorithm on a picture of `height` × `width` pixels with `channels` floats each: `points` is 6
/// for F(4×4, 3×3) and 4 for F(2×2, 3×3), a tile of inputs is points², one of outputs (points − 2)². The first tile has its
/// corner at (firstRow, firstColumn), which may lie outside; the next ones follow at a distance of points − 2. Pixels outside are
/// read as zeros and not written. Point p of tile t is at p·planeStride + t·tileStride of the planes, with room for the channels
/// rounded up to a multiple of 16. `ahead` is the distance from this row's first corner to that of the row that will be read
/// next, in floats, or 0.
struct ccnn_tiles {
    ptrdiff_t points, height, width, rowStride, pixelStride, channels;
    ptrdiff_t firstRow, firstColumn, tiles;
    ptrdiff_t planeStride, tileStride, ahead;
};

/// planes = Bᵀ d B for every tile d of inputs. Reads nothing at or after `end`.
void ccnn_winogradInput(const struct ccnn_tiles *t, const float *picture, const float *end, float *planes);

/// picture += B v Bᵀ, tile by tile: the adjoint of `ccnn_winogradInput`.
void ccnn_winogradInputAdjoint(const struct ccnn_tiles *t, const float *planes, float *picture);

/// picture = Aᵀ p A + bias; `bias` has room for the channels rounded up, or is null.
void ccnn_winogradOutput(const struct ccnn_tiles *t, const float *planes, const float *bias, float *picture);

/// planes = A y Aᵀ for every tile y of outputs: the adjoint of `ccnn_winogradOutput`. Reads nothing at or after `end`.
void ccnn_winogradOutputAdjoint(const struct ccnn_tiles *t, const float *picture, const float *end, float *planes);

/// planes = G k Gᵀ of `count` kernels of 3×3 taps side by side.
void ccnn_winogradKernel(ptrdiff_t points, const float *taps, ptrdiff_t tapStride, ptrdiff_t count, float *planes,
                         ptrdiff_t planeStride);

/// taps = Gᵀ u G: the adjoint of `ccnn_winogradKernel`.
void ccnn_winogradKernelAdjoint(ptrdiff_t points, const float *planes, ptrdiff_t planeStride, ptrdiff_t count,
                                float *taps, ptrdiff_t tapStride);

/// Copies `channels` floats of each of `count` pixels, `stride` floats apart, to pixels of 16 lanes.
void ccnn_copyToLanes(const float *source, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t channels, float *target);

/// Copies the first `channels` lanes of each of `count` pixels of 16 lanes to pixels `stride` floats apart, or adds them.
void ccnn_copyFromLanes(const float *source, ptrdiff_t count, ptrdiff_t channels, float *target, ptrdiff_t stride,
                        bool accumulate);

#endif
