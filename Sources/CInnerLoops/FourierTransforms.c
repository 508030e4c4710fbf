#include "Butterflies.h"
#include "CInnerLoops.h"

// Where a transform reads its points, or writes them: point `first` + j, j < `count`, is at re + j·stride and im + j·stride,
// points outside are zero where read and dropped where written. Swapping re and im at both ends inverts the transform.
struct points {
    float *re, *im;
    ptrdiff_t stride, first, count;
};

static const float zeros[LANES];

CCNN_INLINE Complex read(const bool ranged, const struct points *p, ptrdiff_t index) {
    const ptrdiff_t j = index - p->first;
    const bool inside = !ranged || (size_t)j < (size_t)p->count;
    return (Complex){load(inside ? p->re + j * p->stride : zeros), load(inside ? p->im + j * p->stride : zeros)};
}

CCNN_INLINE void write(const bool ranged, const struct points *p, ptrdiff_t index, Complex value) {
    const ptrdiff_t j = index - p->first;
    if (ranged && (size_t)j >= (size_t)p->count) return;
    store(p->re + j * p->stride, value.re);
    store(p->im + j * p->stride, value.im);
}

// One pass of Stockham's self-sorting transform: `blocks`·radix is the length still to be transformed, `done` the product of
// the radices before. `twiddles` holds the factors exp(−2πi p·k/(blocks·radix)) for p = 1, 2, … and k = 1 … radix − 1.
CCNN_INLINE const float *pass(const int radix, const bool rangedRead, const bool rangedWrite, ptrdiff_t blocks,
                              ptrdiff_t done, const float *twiddles, const struct points *from,
                              const struct points *to) {
    for (ptrdiff_t q = 0; q < done; q++) {
        Complex a[radix];
#pragma clang loop unroll(full)
        for (int j = 0; j < radix; j++) a[j] = read(rangedRead, from, q + done * blocks * j);
        butterfly(radix, a);
#pragma clang loop unroll(full)
        for (int k = 0; k < radix; k++) write(rangedWrite, to, q + done * k, a[k]);
    }
    for (ptrdiff_t p = 1; p < blocks; p++, twiddles += 2 * (radix - 1))
        for (ptrdiff_t q = 0; q < done; q++) {
            Complex a[radix];
#pragma clang loop unroll(full)
            for (int j = 0; j < radix; j++) a[j] = read(rangedRead, from, q + done * (p + blocks * j));
            butterfly(radix, a);
            write(rangedWrite, to, q + done * radix * p, a[0]);
#pragma clang loop unroll(full)
            for (int k = 1; k < radix; k++)
                write(rangedWrite, to, q + done * (radix * p + k),
                      multiply(a[k], twiddles[2 * k - 2], twiddles[2 * k - 1]));
        }
    return twiddles;
}

CCNN_INLINE const float *passOfRadix(ptrdiff_t radix, const bool rangedRead, const bool rangedWrite, ptrdiff_t blocks,
                                     ptrdiff_t done, const float *twiddles, const struct points *from, const struct points *to) {
#define CCNN_PASS(number) pass(number, rangedRead, rangedWrite, blocks, done, twiddles, from, to)
    switch (radix) {
        case 2: return CCNN_PASS(2);
        case 3: return CCNN_PASS(3);
        case 4: return CCNN_PASS(4);
        case 5: return CCNN_PASS(5);
        case 6: return CCNN_PASS(6);
        default: return CCNN_PASS(8);
    }
#undef CCNN_PASS
}

CCNN_INLINE struct points interleaved(float *start, ptrdiff_t length) {
    return (struct points){start, start + LANES, 2 * LANES, 0, length};
}

// The transform of `from` into `to`; `scratch` holds 2·length complex vectors.
CCNN_MULTIVERSIONED
static void transform(const struct ccnn_transform *t, const struct points *from, const struct points *to,
                      float *scratch) {
    const struct points buffers[2] = {interleaved(scratch, t->length),
                                      interleaved(scratch + 2 * LANES * t->length, t->length)};
    const float *twiddles = t->twiddles;
    ptrdiff_t blocks = t->length, done = 1;
    if (t->passes == 1) {
        passOfRadix(t->radices[0], true, true, 1, 1, twiddles, from, to);
        return;
    }
    for (ptrdiff_t i = 0; i < t->passes; i++) {
        const ptrdiff_t radix = t->radices[i];
        const struct points *source = &buffers[(i + 1) % 2], *target = &buffers[i % 2];
        blocks /= radix;
        if (i == 0)
            twiddles = passOfRadix(radix, true, false, blocks, done, twiddles, from, target);
        else if (i + 1 < t->passes)
            twiddles = passOfRadix(radix, false, false, blocks, done, twiddles, source, target);
        else
            passOfRadix(radix, false, true, blocks, done, twiddles, source, to);
        done *= radix;
    }
}

// The spectra of the two real rows whose sum, the second times i, has the spectrum z: twice each.
CCNN_INLINE void separate(const struct ccnn_transform *t, const float *z, float *spectrum, ptrdiff_t binStride) {
    for (ptrdiff_t k = 0; k <= t->length / 2; k++, spectrum += binStride) {
        const float *low = z + 2 * LANES * k, *high = z + 2 * LANES * (k == 0 ? 0 : t->length - k);
        const Vector lr = load(low), li = load(low + LANES), hr = load(high), hi = load(high + LANES);
        store(spectrum, lr + hr);
        store(spectrum + LANES, li - hi);
        store(spectrum + 2 * LANES, li + hi);
        store(spectrum + 3 * LANES, hr - lr);
    }
}

// Copies of a row and its partner, for a row without one or where whole vectors would reach beyond the end of the source.
CCNN_INLINE struct points stage(const struct ccnn_rows *rows, const float *row, const float *next, float *staged) {
    for (ptrdiff_t j = 0; j < rows->count; j++) {
        store(staged + 2 * LANES * j, loadLanes(row + j * rows->stride, rows->lanes));
        store(staged + 2 * LANES * j + LANES, next ? loadLanes(next + j * rows->stride, rows->lanes) : (Vector){0});
    }
    return (struct points){staged, staged + LANES, 2 * LANES, rows->first, rows->count};
}

CCNN_MULTIVERSIONED
void ccnn_transformRows(const struct ccnn_transform *t, const struct ccnn_rows *rows, const float *source,
                        const float *end, float *spectrum, ptrdiff_t binStride, float *scratch) {
    const struct points z = interleaved(scratch, t->length);
    float *staged = scratch + 2 * LANES * t->length;
    for (ptrdiff_t y = 0; y < rows->rows; y += 2, spectrum += 4 * LANES) {
        float *row = (float *)source + y * rows->rowStride;
        float *next = y + 1 < rows->rows ? row + rows->rowStride : 0;
        const float *last = (next > row ? next : row) + (rows->count - 1) * rows->stride + LANES;
        struct points from = {row, next, rows->stride, rows->first, rows->count};
        if (!next || last > end) from = stage(rows, row, next, staged);
        transform(t, &from, &z, staged + 2 * LANES * t->length);
        separate(t, scratch, spectrum, binStride);
    }
}

CCNN_MULTIVERSIONED
void ccnn_transformColumns(const struct ccnn_transform *t, const struct ccnn_columns *columns, const float *source,
                           float *spectrum, float *scratch) {
    float *rows = (float *)source;
    const struct points from = {rows, rows + LANES, 2 * LANES, columns->first, columns->count};
    const struct points to = {spectrum, spectrum + columns->imaginary, columns->stride, 0, t->length};
    transform(t, &from, &to, scratch);
}

CCNN_MULTIVERSIONED
void ccnn_invertColumns(const struct ccnn_transform *t, const struct ccnn_columns *columns, const float *spectrum,
                        float *target, float *scratch) {
    float *bins = (float *)spectrum;
    const struct points from = {bins + columns->imaginary, bins, columns->stride, 0, t->length};
    const struct points to = {target + LANES, target, 2 * LANES, columns->first, columns->count};
    transform(t, &from, &to, scratch);
}

// The spectrum of row a + i·row b from the half spectra of both, real and imaginary parts swapped for the inverse.
CCNN_INLINE void join(const struct ccnn_transform *t, const float *spectrum, ptrdiff_t binStride, const bool pair,
                      float *z) {
    for (ptrdiff_t k = 0; k <= t->length / 2; k++, spectrum += binStride) {
        const Vector ar = load(spectrum), ai = load(spectrum + LANES);
        const Vector br = pair ? load(spectrum + 2 * LANES) : (Vector){0};
        const Vector bi = pair ? load(spectrum + 3 * LANES) : (Vector){0};
        const ptrdiff_t mirrored = k == 0 ? 0 : t->length - k;
        if (mirrored != k) {
            store(z + 2 * LANES * mirrored, ar + bi);
            store(z + 2 * LANES * mirrored + LANES, br - ai);
            store(z + 2 * LANES * k, ar - bi);
            store(z + 2 * LANES * k + LANES, ai + br);
        } else {
            store(z + 2 * LANES * k, ar);
            store(z + 2 * LANES * k + LANES, br);
        }
    }
}

CCNN_INLINE void finishRow(const struct ccnn_rows *rows, const float *values, float *target, float factor,
                           const float *bias, bool accumulate) {
    for (ptrdiff_t j = 0; j < rows->count; j++, values += 2 * LANES, target += rows->stride) {
        Vector v = load(values) * factor;
        if (bias) v += load(bias);
        if (accumulate) v += loadLanes(target, rows->lanes);
        storeLanes(target, v, rows->lanes);
    }
}

CCNN_MULTIVERSIONED
void ccnn_invertRows(const struct ccnn_transform *t, const struct ccnn_rows *rows, const float *spectrum,
                     ptrdiff_t binStride, float *target, float factor, const float *bias, bool accumulate,
                     float *scratch) {
    for (ptrdiff_t y = 0; y < rows->rows; y += 2, spectrum += 4 * LANES) {
        const bool pair = y + 1 < rows->rows;
        join(t, spectrum, binStride, pair, scratch);
        const struct points from = {scratch + LANES, scratch, 2 * LANES, 0, t->length};
        float *values = scratch + 2 * LANES * t->length;
        const struct points to = {values + LANES, values, 2 * LANES, rows->first, rows->count};
        transform(t, &from, &to, scratch + 4 * LANES * t->length);
        finishRow(rows, values, target + y * rows->rowStride, factor, bias, accumulate);
        if (pair) finishRow(rows, values + LANES, target + (y + 1) * rows->rowStride, factor, bias, accumulate);
    }
}
