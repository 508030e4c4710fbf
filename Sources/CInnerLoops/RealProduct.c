#include "CInnerLoops.h"
#include "Prefetch.h"
#include "Vectors.h"

// One tile of the result, `rows` × `vectors`·16, held in registers over the whole sum. The 24 accumulators of a full tile
// keep both multiply-add units busy over their latency of four cycles and leave registers for one row of b.
// The first `whole` rows may write their last vector beyond the columns.
CCNN_INLINE void tile(const int rows, const int vectors, const struct ccnn_realShape *p, const float *a, const float *b,
                      const float *bias, float *c, ptrdiff_t columns, ptrdiff_t whole) {
    Vector sum[rows][vectors];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[r][v] = (Vector){0};
    const ptrdiff_t aRow = p->aRow, aInner = p->aInner, bInner = p->bInner, inner = p->inner;
    // Some 400 cycles later: the processor itself does not fetch rows of b that are half a page apart, nor pixels of many lines of which a tile reads one
    // or, where channels begin within a line, two.
    const ptrdiff_t ahead = 384 / (rows * vectors);
    for (ptrdiff_t step = 0; step < p->outer; step++) {
        const float *as = a + p->steps[step].a, *bs = b + p->steps[step].b;
        for (ptrdiff_t i = 0; i < inner; i++, as += aInner, bs += bInner) {
            Vector right[vectors];
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                right[v] = load(bs + v * LANES);
                fetch(bs + ahead * bInner + v * LANES, false);
            }
            fetch(as + ahead * aInner, false);
            fetch(as + ahead * aInner + (rows - 1) * aRow, false);
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) {
                const Vector left = broadcast(as[r * aRow]);
#pragma clang loop unroll(full)
                for (int v = 0; v < vectors; v++) sum[r][v] += left * right[v];
            }
        }
    }
    Vector start[vectors];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) start[v] = bias ? load(bias + v * LANES) : (Vector){0};
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++, c += p->cRow)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            const ptrdiff_t lanes = v + 1 < vectors || r < whole ? LANES : columns - v * LANES;
            Vector result = sum[r][v] + start[v];
            if (p->accumulate) result += loadLanes(c + v * LANES, lanes);
            storeLanes(c + v * LANES, result, lanes);
        }
}

// Whether the rows of a are runs of memory one after another.
CCNN_INLINE bool readsInOrder(const struct ccnn_realShape *p) {
    return p->outer == 1 && p->aInner == 1 && p->aRow == p->inner;
}

// Fetches what a later tile reads and what a later one writes. Tiles of such products are short: the next one would begin before its lines
// arrive, and lines that are only written are read first as well.
CCNN_INLINE void fetchAhead(const float *a, ptrdiff_t reads, const float *c, ptrdiff_t writes) {
    enum { readDistance = 2048, writeDistance = 512 };
    for (ptrdiff_t i = 0; i < reads; i += LANES) fetch(a + readDistance + i, false);
    for (ptrdiff_t i = 0; i < writes; i += LANES) fetch(c + writeDistance + i, true);
}

// Fetches a tile of the result before it is written.
CCNN_INLINE void fetchTile(const int rows, const int vectors, const float *c, ptrdiff_t cRow) {
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) fetch(c + r * cRow + v * LANES, true);
}

// All rows of one stripe of at most three vectors of columns: full tiles first, then the remainder in one tile, as small tiles wait for
// their own sums.
CCNN_INLINE void stripe(const int fullRows, const int vectors, const struct ccnn_realShape *p, const float *a,
                        const float *b, const float *bias, float *c, ptrdiff_t columns) {
    ptrdiff_t rows = p->rows;
    // Where rows of the result lie side by side, what one writes too much the next ones write again.
    const bool isRun = p->cRow == p->columns && p->columns == columns && !p->accumulate;
    ptrdiff_t whole = isRun ? rows - (vectors * LANES + columns - 1) / columns + 1 : 0;
    for (; rows >= fullRows; rows -= fullRows, whole -= fullRows, a += fullRows * p->aRow, c += fullRows * p->cRow) {
        if (readsInOrder(p))
            fetchAhead(a, fullRows * p->aRow, c, isRun ? fullRows * p->cRow : 0);
        else
            fetchTile(fullRows, vectors, c + fullRows * p->cRow, p->cRow);
        tile(fullRows, vectors, p, a, b, bias, c, columns, whole);
    }
#define CCNN_LAST(count)                                                                        \
    case count:                                                                                 \
        if (count < fullRows) tile(count, vectors, p, a, b, bias, c, columns, whole);           \
        break;
    switch (rows) {
        CCNN_LAST(1) CCNN_LAST(2) CCNN_LAST(3) CCNN_LAST(4) CCNN_LAST(5) CCNN_LAST(6) CCNN_LAST(7) CCNN_LAST(8)
        CCNN_LAST(9) CCNN_LAST(10) CCNN_LAST(11) CCNN_LAST(12) CCNN_LAST(13) CCNN_LAST(14) CCNN_LAST(15)
    }
#undef CCNN_LAST
}

CCNN_MULTIVERSIONED
void ccnn_realProduct(const struct ccnn_realShape *p, const float *a, const float *b, float *c) {
    ptrdiff_t columns = p->columns;
    const float *bias = p->bias;
    while (columns > 0) {
        const ptrdiff_t vectors = (columns + LANES - 1) / LANES;
        if (vectors >= 3 && vectors != 4) {
            stripe(8, 3, p, a, b, bias, c, columns < 48 ? columns : 48);
            columns -= 48, b += 48, c += 48, bias += bias ? 48 : 0;
        } else if (vectors >= 2) {
            stripe(12, 2, p, a, b, bias, c, columns < 32 ? columns : 32);
            columns -= 32, b += 32, c += 32, bias += bias ? 32 : 0;
        } else {
            stripe(16, 1, p, a, b, bias, c, columns);
            columns -= 16, b += 16, c += 16, bias += bias ? 16 : 0;
        }
    }
}
