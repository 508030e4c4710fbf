#include "Butterflies.h"
#include "CInnerLoops.h"
#include "Prefetch.h"

// Where a transform reads its points, or writes them: point `first` + j, j < `count`, is at start + j·stride, its imaginary part
// `imaginary` floats further. Points outside are zero where read and dropped where written. Exchanging real and imaginary parts at
// both ends inverts the transform.
struct points {
    float *start;
    ptrdiff_t imaginary, stride, first, count;
    // The distance in floats of what will be read after this, or 0.
    ptrdiff_t ahead;
};

// How one side of a pass lies in memory: in scratch memory, point after point; or anywhere, points outside left out; or that with
// what comes next fetched already.
enum side { SCRATCH, ANYWHERE, FETCHING };

CCNN_INLINE Complex read(const enum side side, const struct points p, ptrdiff_t index) {
    if (side == SCRATCH) {
        const float *point = p.start + 2 * LANES * index;
        return (Complex){load(point), load(point + LANES)};
    }
    if ((size_t)index >= (size_t)p.count) return (Complex){{0}, {0}};
    const float *point = p.start + index * p.stride;
    if (side == FETCHING) {
        fetch(point + p.ahead, false);
        fetch(point + p.imaginary + p.ahead, false);
    }
    return (Complex){load(point), load(point + p.imaginary)};
}

CCNN_INLINE void write(const enum side side, const struct points p, ptrdiff_t index, Complex value) {
    if (side == SCRATCH) {
        float *point = p.start + 2 * LANES * index;
        store(point, value.re);
        store(point + LANES, value.im);
    } else if ((size_t)index < (size_t)p.count) {
        float *point = p.start + index * p.stride;
        store(point, value.re);
        store(point + p.imaginary, value.im);
    }
}

// One butterfly of a pass: points `from` + j·fromStep become points `to` + k·toStep, multiplied by the twiddles unless null.
CCNN_INLINE void step(const int radix, const enum side fromSide, const enum side toSide, const struct points source,
                      const struct points target, ptrdiff_t from, ptrdiff_t fromStep, ptrdiff_t to, ptrdiff_t toStep,
                      const float *twiddles) {
    Complex a[radix];
#pragma clang loop unroll(full)
    for (int j = 0; j < radix; j++) a[j] = read(fromSide, source, from + fromStep * j);
    butterfly(radix, a);
    write(toSide, target, to, a[0]);
#pragma clang loop unroll(full)
    for (int k = 1; k < radix; k++)
        write(toSide, target, to + toStep * k,
              twiddles ? multiply(a[k], twiddles[2 * k - 2], twiddles[2 * k - 1]) : a[k]);
}

// One pass of Stockham's self-sorting transform: `blocks`·radix is the length still to be transformed, `done` the product of
// the radices before. `twiddles` holds the factors exp(−2πi p·k/(blocks·radix)) for p = 1, 2, … and k = 1 … radix − 1.
CCNN_INLINE const float *pass(const int radix, const enum side fromSide, const enum side toSide, const ptrdiff_t blocks,
                              const ptrdiff_t done, const float *twiddles, const struct points source,
                              const struct points target) {
    const ptrdiff_t fromStep = done * blocks;
    for (ptrdiff_t q = 0; q < done; q++)
        step(radix, fromSide, toSide, source, target, q - source.first, fromStep, q - target.first, done, 0);
    for (ptrdiff_t p = 1; p < blocks; p++, twiddles += 2 * (radix - 1))
        for (ptrdiff_t q = 0; q < done; q++)
            step(radix, fromSide, toSide, source, target, q + done * p - source.first, fromStep,
                 q + done * radix * p - target.first, done, twiddles);
    return twiddles;
}

CCNN_INLINE const float *passOfRadix(ptrdiff_t radix, const enum side fromSide, const enum side toSide,
                                     const ptrdiff_t blocks, const ptrdiff_t done, const float *twiddles,
                                     const struct points source, const struct points target) {
#define CCNN_PASS(number) pass(number, fromSide, toSide, blocks, done, twiddles, source, target)
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

CCNN_INLINE struct points interleaved(float *start, ptrdiff_t first, ptrdiff_t count) {
    return (struct points){start, LANES, 2 * LANES, first, count, 0};
}

CCNN_INLINE struct points exchanged(struct points p) {
    p.start += p.imaginary;
    p.imaginary = -p.imaginary;
    return p;
}

// The transform of `from` into `to`; `scratch` holds 2·length complex vectors.
CCNN_MULTIVERSIONED
static void transform(const struct ccnn_transform *t, const struct points *from, const struct points *to,
                      float *scratch) {
    const struct points source = *from, target = *to;
    const struct points buffers[2] = {interleaved(scratch, 0, t->length),
                                      interleaved(scratch + 2 * LANES * t->length, 0, t->length)};
    const float *twiddles = t->twiddles;
    ptrdiff_t blocks = t->length / t->radices[0], done = t->radices[0];
    if (t->passes == 1) {
        passOfRadix(done, ANYWHERE, ANYWHERE, 1, 1, twiddles, source, target);
        return;
    }
    if (source.ahead)
        twiddles = passOfRadix(done, FETCHING, SCRATCH, blocks, 1, twiddles, source, buffers[0]);
    else
        twiddles = passOfRadix(done, ANYWHERE, SCRATCH, blocks, 1, twiddles, source, buffers[0]);
    for (ptrdiff_t i = 1; i + 1 < t->passes; i++) {
        blocks /= t->radices[i];
        twiddles =
            passOfRadix(t->radices[i], SCRATCH, SCRATCH, blocks, done, twiddles, buffers[(i + 1) % 2], buffers[i % 2]);
        done *= t->radices[i];
    }
    passOfRadix(t->radices[t->passes - 1], SCRATCH, ANYWHERE, 1, done, twiddles, buffers[t->passes % 2], target);
}

// Fetches the spectra of the next pair of rows, which lie behind this one's and far from those of other bins.
CCNN_INLINE void fetchPair(const float *next, const bool forWriting) {
    for (int part = 0; part < 4; part++) fetch(next + part * LANES, forWriting);
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
        fetchPair(spectrum + 4 * LANES, true);
    }
}

// Copies of a row and its partner, for a row without one or where whole vectors would reach beyond the end of the source.
CCNN_INLINE struct points stage(const struct ccnn_rows *rows, const float *row, const float *next, float *staged) {
    for (ptrdiff_t j = 0; j < rows->count; j++) {
        store(staged + 2 * LANES * j, loadLanes(row + j * rows->stride, rows->lanes));
        store(staged + 2 * LANES * j + LANES, next ? loadLanes(next + j * rows->stride, rows->lanes) : (Vector){0});
    }
    return interleaved(staged, rows->first, rows->count);
}

CCNN_MULTIVERSIONED
void ccnn_transformRows(const struct ccnn_transform *t, const struct ccnn_rows *rows, const float *source,
                        const float *end, float *spectrum, ptrdiff_t binStride, float *scratch) {
    const struct points z = interleaved(scratch, 0, t->length);
    float *staged = scratch + 2 * LANES * t->length;
    for (ptrdiff_t y = 0; y < rows->rows; y += 2, spectrum += 4 * LANES) {
        float *row = (float *)source + y * rows->rowStride;
        float *next = y + 1 < rows->rows ? row + rows->rowStride : 0;
        const float *last = (next > row ? next : row) + (rows->count - 1) * rows->stride + LANES;
        struct points from = {row, rows->rowStride, rows->stride, rows->first, rows->count, 2 * rows->rowStride};
        if (!next || last > end) from = stage(rows, row, next, staged);
        transform(t, &from, &z, staged + 2 * LANES * t->length);
        separate(t, scratch, spectrum, binStride);
    }
}

CCNN_MULTIVERSIONED
void ccnn_transformColumns(const struct ccnn_transform *t, const struct ccnn_columns *columns, const float *source,
                           float *spectrum, float *scratch) {
    struct points from = interleaved((float *)source, columns->first, columns->count);
    from.ahead = columns->ahead;
    const struct points to = {spectrum, columns->imaginary, columns->stride, 0, t->length, 0};
    transform(t, &from, &to, scratch);
}

CCNN_MULTIVERSIONED
void ccnn_invertColumns(const struct ccnn_transform *t, const struct ccnn_columns *columns, const float *spectrum,
                        float *target, float *scratch) {
    const struct points from = {(float *)spectrum, columns->imaginary, columns->stride, 0, t->length, columns->ahead};
    const struct points exchangedFrom = exchanged(from);
    const struct points exchangedTo = exchanged(interleaved(target, columns->first, columns->count));
    transform(t, &exchangedFrom, &exchangedTo, scratch);
}

// The spectrum of row a + i·row b from the half spectra of both, real and imaginary parts swapped for the inverse.
CCNN_INLINE void join(const struct ccnn_transform *t, const float *spectrum, ptrdiff_t binStride, const bool pair,
                      float *z) {
    for (ptrdiff_t k = 0; k <= t->length / 2; k++, spectrum += binStride) {
        const Vector ar = load(spectrum), ai = load(spectrum + LANES);
        const Vector br = pair ? load(spectrum + 2 * LANES) : (Vector){0};
        const Vector bi = pair ? load(spectrum + 3 * LANES) : (Vector){0};
        fetchPair(spectrum + 4 * LANES, false);
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
        fetch(target + 2 * rows->rowStride, true);
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
        const struct points from = exchanged(interleaved(scratch, 0, t->length));
        float *values = scratch + 2 * LANES * t->length;
        const struct points to = exchanged(interleaved(values, rows->first, rows->count));
        transform(t, &from, &to, scratch + 4 * LANES * t->length);
        finishRow(rows, values, target + y * rows->rowStride, factor, bias, accumulate);
        if (pair) finishRow(rows, values + LANES, target + (y + 1) * rows->rowStride, factor, bias, accumulate);
    }
}
