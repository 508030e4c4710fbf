#include "CInnerLoops.h"
#include "Vectors.h"

// One tile of the result in registers: `rows` × `vectors`·16 complex sums, real and imaginary parts apart. `sign` is −1 for
// the product with the conjugate of b.
CCNN_INLINE void tile(const int rows, const int vectors, const bool conjugate, const struct ccnn_complexShape *p,
                      const float *a, const float *b, float *c) {
    Vector real[rows][vectors], imaginary[rows][vectors];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) real[r][v] = imaginary[r][v] = (Vector){0};
    const ptrdiff_t aRow = p->aRow, aInner = p->aInner, bInner = p->bInner;
    const ptrdiff_t aImaginary = p->aImaginary, bImaginary = p->bImaginary, cImaginary = p->cImaginary;
    for (ptrdiff_t i = 0; i < p->inner; i++, a += aInner, b += bInner) {
        Vector br[vectors], bi[vectors];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            br[v] = load(b + v * LANES);
            bi[v] = load(b + bImaginary + v * LANES);
        }
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            const Vector ar = broadcast(a[r * aRow]), ai = broadcast(a[r * aRow + aImaginary]);
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                real[r][v] += ar * br[v];
                imaginary[r][v] += ai * br[v];
                if (conjugate) {
                    real[r][v] += ai * bi[v];
                    imaginary[r][v] -= ar * bi[v];
                } else {
                    real[r][v] -= ai * bi[v];
                    imaginary[r][v] += ar * bi[v];
                }
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++, c += p->cRow)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            if (p->accumulate) {
                real[r][v] += load(c + v * LANES);
                imaginary[r][v] += load(c + cImaginary + v * LANES);
            }
            store(c + v * LANES, real[r][v]);
            store(c + cImaginary + v * LANES, imaginary[r][v]);
        }
}

// All rows of one stripe of columns: full tiles first, then the remainder in powers of two.
CCNN_INLINE void stripe(const int fullRows, const int vectors, const bool conjugate,
                        const struct ccnn_complexShape *p, const float *a, const float *b, float *c) {
    ptrdiff_t rows = p->rows;
    for (; rows >= fullRows; rows -= fullRows, a += fullRows * p->aRow, c += fullRows * p->cRow)
        tile(fullRows, vectors, conjugate, p, a, b, c);
#define CCNN_REMAINDER(count)                                                             \
    if (fullRows > count && rows >= count) {                                              \
        tile(count, vectors, conjugate, p, a, b, c);                                      \
        rows -= count, a += count * p->aRow, c += count * p->cRow;                        \
    }
    CCNN_REMAINDER(4)
    CCNN_REMAINDER(2)
    CCNN_REMAINDER(1)
#undef CCNN_REMAINDER
}

CCNN_INLINE void product(const bool conjugate, const struct ccnn_complexShape *p, const float *a, const float *b,
                         float *c) {
    ptrdiff_t vectors = (p->columns + LANES - 1) / LANES;
    while (vectors > 0) {
        if (vectors >= 3 && vectors != 4) {
            stripe(4, 3, conjugate, p, a, b, c);
            vectors -= 3, b += 48, c += 48;
        } else if (vectors >= 2) {
            stripe(6, 2, conjugate, p, a, b, c);
            vectors -= 2, b += 32, c += 32;
        } else {
            stripe(8, 1, conjugate, p, a, b, c);
            vectors -= 1, b += 16, c += 16;
        }
    }
}

CCNN_MULTIVERSIONED
void ccnn_complexProduct(const struct ccnn_complexShape *p, const float *a, const float *b, float *c) {
    if (p->conjugate)
        product(true, p, a, b, c);
    else
        product(false, p, a, b, c);
}
