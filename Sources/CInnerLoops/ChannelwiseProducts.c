#include "CInnerLoops.h"
#include "Vectors.h"

// `rows` rows of one vector of channels, held in registers over the whole sum.
CCNN_INLINE void tile(const int rows, const struct ccnn_realShape *p, const float *a, const float *b, float *c,
                      ptrdiff_t lanes) {
    Vector sum[rows];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r] = (Vector){0};
    const ptrdiff_t aRow = p->aRow, aInner = p->aInner, bInner = p->bInner;
    for (ptrdiff_t step = 0; step < p->outer; step++) {
        const float *as = a + p->steps[step].a, *bs = b + p->steps[step].b;
        for (ptrdiff_t i = 0; i < p->inner; i++, as += aInner, bs += bInner) {
            const Vector right = load(bs);
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) sum[r] += load(as + r * aRow) * right;
        }
    }
    const Vector start = p->bias ? load(p->bias) : (Vector){0};
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++, c += p->cRow) {
        Vector result = sum[r] + start;
        if (p->accumulate) result += loadLanes(c, lanes);
        storeLanes(c, result, lanes);
    }
}

CCNN_INLINE void stripe(const struct ccnn_realShape *p, const float *a, const float *b, float *c, ptrdiff_t lanes) {
    ptrdiff_t rows = p->rows;
    for (; rows >= 16; rows -= 16, a += 16 * p->aRow, c += 16 * p->cRow) tile(16, p, a, b, c, lanes);
#define CCNN_REMAINDER(count)                                                                       \
    if (rows >= count) {                                                                            \
        tile(count, p, a, b, c, lanes);                                                             \
        rows -= count, a += count * p->aRow, c += count * p->cRow;                                  \
    }
    CCNN_REMAINDER(8)
    CCNN_REMAINDER(4)
    CCNN_REMAINDER(2)
    CCNN_REMAINDER(1)
#undef CCNN_REMAINDER
}

CCNN_MULTIVERSIONED
void ccnn_channelwiseProduct(const struct ccnn_realShape *p, const float *a, const float *b, float *c) {
    struct ccnn_realShape block = *p;
    for (ptrdiff_t channel = 0; channel < p->columns; channel += LANES) {
        if (p->bias) block.bias = p->bias + channel;
        stripe(&block, a + channel, b + channel, c + channel, p->columns - channel);
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
