#include "CInnerLoops.h"
#include "Vectors.h"

// `rows` rows of one vector of channels, held in registers over the whole sum, each as `split` partial sums: eight independent
// sums or more hide the latency of the multiply-add units.
CCNN_INLINE void tile(const int rows, const int split, const struct ccnn_realShape *p, const float *a, const float *b,
                      float *c, ptrdiff_t lanes) {
    Vector sum[split][rows];
#pragma clang loop unroll(full)
    for (int s = 0; s < split; s++)
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) sum[s][r] = (Vector){0};
    const ptrdiff_t aRow = p->aRow, aInner = p->aInner, bInner = p->bInner;
    for (ptrdiff_t step = 0; step < p->outer; step++) {
        const float *as = a + p->steps[step].a, *bs = b + p->steps[step].b;
        ptrdiff_t i = p->inner;
        for (; i >= split; i -= split, as += split * aInner, bs += split * bInner)
#pragma clang loop unroll(full)
            for (int s = 0; s < split; s++) {
                const Vector right = load(bs + s * bInner);
#pragma clang loop unroll(full)
                for (int r = 0; r < rows; r++) sum[s][r] += load(as + s * aInner + r * aRow) * right;
            }
        for (; split > 1 && i > 0; i--, as += aInner, bs += bInner) {
            const Vector right = load(bs);
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) sum[0][r] += load(as + r * aRow) * right;
        }
    }
    const Vector start = p->bias ? load(p->bias) : (Vector){0};
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++, c += p->cRow) {
        Vector result = sum[0][r];
#pragma clang loop unroll(full)
        for (int s = 1; s < split; s++) result += sum[s][r];
        result += start;
        if (p->accumulate) result += loadLanes(c, lanes);
        storeLanes(c, result, lanes);
    }
}

CCNN_INLINE void stripe(const struct ccnn_realShape *p, const float *a, const float *b, float *c, ptrdiff_t lanes) {
    ptrdiff_t rows = p->rows;
    for (; rows >= 16; rows -= 16, a += 16 * p->aRow, c += 16 * p->cRow) tile(16, 1, p, a, b, c, lanes);
    if (rows > 2 && p->rows > 16 && !p->accumulate) {
        // What is left is cheaper as a full tile that computes some rows of the last one again.
        const ptrdiff_t again = 16 - rows;
        tile(16, 1, p, a - again * p->aRow, b, c - again * p->cRow, lanes);
        return;
    }
#define CCNN_REMAINDER(count, split)                                                                \
    if (rows >= count) {                                                                            \
        tile(count, split, p, a, b, c, lanes);                                                      \
        rows -= count, a += count * p->aRow, c += count * p->cRow;                                  \
    }
    CCNN_REMAINDER(8, 1)
    CCNN_REMAINDER(4, 2)
    CCNN_REMAINDER(2, 4)
    CCNN_REMAINDER(1, 8)
#undef CCNN_REMAINDER
}

// All rows of one vector of channels for a few taps, whose factors stay in registers. Neighbouring rows hide one another's latency.
CCNN_INLINE void fewTaps(const int taps, const struct ccnn_realShape *p, const float *a, const float *b, float *c,
                         ptrdiff_t lanes) {
    const float *source[taps];
    Vector factor[taps];
#pragma clang loop unroll(full)
    for (int t = 0; t < taps; t++) {
        source[t] = a + p->steps[t].a;
        factor[t] = load(b + p->steps[t].b);
    }
    const Vector start = p->bias ? load(p->bias) : (Vector){0};
    const ptrdiff_t aRow = p->aRow, cRow = p->cRow;
    for (ptrdiff_t r = 0, from = 0; r < p->rows; r++, from += aRow, c += cRow) {
        Vector sum = start;
#pragma clang loop unroll(full)
        for (int t = 0; t < taps; t++) sum += load(source[t] + from) * factor[t];
        storeLanes(c, sum, lanes);
    }
}

CCNN_INLINE bool hasFewTaps(const struct ccnn_realShape *p, const float *a, const float *b, float *c, ptrdiff_t lanes) {
    if (p->inner != 1 || p->accumulate) return false;
#define CCNN_TAPS(count) \
    case count: fewTaps(count, p, a, b, c, lanes); return true;
    switch (p->outer) {
        CCNN_TAPS(1) CCNN_TAPS(2) CCNN_TAPS(3) CCNN_TAPS(4) CCNN_TAPS(6) CCNN_TAPS(9)
        default: return false;
    }
#undef CCNN_TAPS
}

CCNN_MULTIVERSIONED
void ccnn_channelwiseProduct(const struct ccnn_realShape *p, const float *a, const float *b, float *c) {
    struct ccnn_realShape block = *p;
    for (ptrdiff_t channel = 0; channel < p->columns; channel += LANES) {
        if (p->bias) block.bias = p->bias + channel;
        const ptrdiff_t lanes = p->columns - channel;
        if (!hasFewTaps(&block, a + channel, b + channel, c + channel, lanes))
            stripe(&block, a + channel, b + channel, c + channel, lanes);
    }
}

CCNN_INLINE void complexBlock(const bool conjugate, const struct ccnn_complexShape *p, const float *a, const float *b,
                              float *c) {
    Vector real = {0}, imaginary = {0};
    for (ptrdiff_t i = 0; i < p->inner; i++, a += p->aInner, b += p->bInner) {
        const Vector ar = load(a), ai = load(a + p->aImaginary), br = load(b), bi = load(b + p->bImaginary);
        real += ar * br;
        imaginary += ai * br;
        if (conjugate) {
            real += ai * bi;
            imaginary -= ar * bi;
        } else {
            real -= ai * bi;
            imaginary += ar * bi;
        }
    }
    if (p->accumulate) {
        real += load(c);
        imaginary += load(c + p->cImaginary);
    }
    store(c, real);
    store(c + p->cImaginary, imaginary);
}

CCNN_MULTIVERSIONED
void ccnn_complexChannelwiseProduct(const struct ccnn_complexShape *p, const float *a, const float *b, float *c) {
    for (ptrdiff_t r = 0; r < p->rows; r++, a += p->aRow, c += p->cRow)
        for (ptrdiff_t channel = 0; channel < p->columns; channel += LANES)
            if (p->conjugate)
                complexBlock(true, p, a + channel, b + channel, c + channel);
            else
                complexBlock(false, p, a + channel, b + channel, c + channel);
}
