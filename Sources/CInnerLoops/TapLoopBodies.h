// The loops of TapLoops.h for the precision that SCALAR names; included once for each. NAME(f) is f's name in this precision.

typedef SCALAR NAME(Vector) __attribute__((vector_size(64)));
typedef SCALAR NAME(Loose) __attribute__((vector_size(64), aligned(sizeof(SCALAR))));

// `vectors`·LANES samples from x on, of one output row.
CCNN_INLINE void NAME(sumOne)(const int vectors, const struct ccnn_tapShape *s, const SCALAR *const *sources,
                              const ptrdiff_t *offsets, const SCALAR *weights, SCALAR *output, ptrdiff_t x) {
    NAME(Vector) sum[6];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[v] = (NAME(Vector)){0};
    for (ptrdiff_t q = 0; q < s->rows; q++) {
        if (!sources[q]) continue;
        const SCALAR *row = sources[q] + x, *w = weights + q * s->columns;
        for (ptrdiff_t j = 0; j < s->columns; j++) {
            const SCALAR *from = row + offsets[j];
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[v] += w[j] * *(const NAME(Loose) *)(from + v * LANES);
        }
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) *(NAME(Loose) *)(output + x + v * LANES) = sum[v];
}

// Two vectors of four output rows: a source row is loaded once for all of them.
CCNN_INLINE void NAME(sumFour)(const struct ccnn_tapShape *s, const SCALAR *const *sources, const ptrdiff_t *offsets,
                               const SCALAR *weights, SCALAR *const *outputs, ptrdiff_t x) {
    enum { ROWS = 4, VECTORS = 2 };
    NAME(Vector) sum[ROWS][VECTORS] = {0};
    const ptrdiff_t shift = s->shift, columns = s->columns, end = s->rows + (ROWS - 1) * shift;
    for (ptrdiff_t q = 0; q < end; q++) {
        if (!sources[q]) continue;
        const SCALAR *row = sources[q] + x;
        if (q >= (ROWS - 1) * shift && q < s->rows) {
            const SCALAR *w = weights + q * columns;
            for (ptrdiff_t j = 0; j < columns; j++) {
                const NAME(Vector) a = *(const NAME(Loose) *)(row + offsets[j]);
                const NAME(Vector) b = *(const NAME(Loose) *)(row + offsets[j] + LANES);
#pragma clang loop unroll(full)
                for (int r = 0; r < ROWS; r++) {
                    const SCALAR weight = w[j - r * shift * columns];
                    sum[r][0] += weight * a;
                    sum[r][1] += weight * b;
                }
            }
        } else {
            // Near either end of the sources only some of the rows have a tap on this one.
#pragma clang loop unroll(full)
            for (int r = 0; r < ROWS; r++) {
                const ptrdiff_t tap = q - r * shift;
                if (tap < 0 || tap >= s->rows) continue;
                const SCALAR *w = weights + tap * columns;
                for (ptrdiff_t j = 0; j < columns; j++) {
                    sum[r][0] += w[j] * *(const NAME(Loose) *)(row + offsets[j]);
                    sum[r][1] += w[j] * *(const NAME(Loose) *)(row + offsets[j] + LANES);
                }
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; r++) {
        *(NAME(Loose) *)(outputs[r] + x) = sum[r][0];
        *(NAME(Loose) *)(outputs[r] + x + LANES) = sum[r][1];
    }
}

// What is left of a row that is shorter than one vector.
CCNN_INLINE void NAME(sumShort)(const struct ccnn_tapShape *s, const SCALAR *const *sources, const ptrdiff_t *offsets,
                                const SCALAR *weights, SCALAR *output) {
    for (ptrdiff_t x = 0; x < s->length; x++) {
        SCALAR sum = 0;
        for (ptrdiff_t q = 0; q < s->rows; q++) {
            if (!sources[q]) continue;
            for (ptrdiff_t j = 0; j < s->columns; j++) sum += weights[q * s->columns + j] * sources[q][x + offsets[j]];
        }
        output[x] = sum;
    }
}

CCNN_MULTIVERSIONED
void NAME(ccnn_sumTaps)(const struct ccnn_tapShape *s, const SCALAR *const *sources, const ptrdiff_t *offsets,
                        const SCALAR *weights, SCALAR *const *outputs) {
    const ptrdiff_t length = s->length;
    if (s->outputs == 4 && length >= 2 * LANES) {
        ptrdiff_t x = 0;
        for (; x + 2 * LANES <= length; x += 2 * LANES) NAME(sumFour)(s, sources, offsets, weights, outputs, x);
        // The last vectors overlap the ones before, whose samples come out the same.
        if (x < length) NAME(sumFour)(s, sources, offsets, weights, outputs, length - 2 * LANES);
        return;
    }
    for (ptrdiff_t r = 0; r < s->outputs; r++, sources += s->shift) {
        SCALAR *output = outputs[r];
        if (length < LANES) {
            NAME(sumShort)(s, sources, offsets, weights, output);
            continue;
        }
        ptrdiff_t x = 0;
        for (; x + 6 * LANES <= length; x += 6 * LANES) NAME(sumOne)(6, s, sources, offsets, weights, output, x);
        for (; x + 2 * LANES <= length; x += 2 * LANES) NAME(sumOne)(2, s, sources, offsets, weights, output, x);
        for (; x + LANES <= length; x += LANES) NAME(sumOne)(1, s, sources, offsets, weights, output, x);
        if (x < length) NAME(sumOne)(1, s, sources, offsets, weights, output, length - LANES);
    }
}

void NAME(ccnn_gather)(const SCALAR *source, const int32_t *map, ptrdiff_t count, SCALAR *result, ptrdiff_t stride) {
    for (ptrdiff_t i = 0; i < count; i++) result[i * stride] = map[i] < 0 ? 0 : source[map[i]];
}

void NAME(ccnn_copy)(const SCALAR *source, ptrdiff_t stride, ptrdiff_t count, SCALAR *result, ptrdiff_t resultStride) {
    if (stride == 1 && resultStride == 1)
        memcpy(result, source, (size_t)count * sizeof(SCALAR));
    else
        for (ptrdiff_t i = 0; i < count; i++) result[i * resultStride] = source[i * stride];
}

void NAME(ccnn_scatter)(const SCALAR *source, const int32_t *map, ptrdiff_t count, SCALAR *result) {
    for (ptrdiff_t i = 0; i < count; i++)
        if (map[i] >= 0) result[map[i]] += source[i];
}

CCNN_MULTIVERSIONED
void NAME(ccnn_add)(const SCALAR *source, ptrdiff_t count, SCALAR *result) {
    for (ptrdiff_t i = 0; i < count; i++) result[i] += source[i];
}

CCNN_MULTIVERSIONED
bool NAME(ccnn_isFinite)(const SCALAR *source, ptrdiff_t count) {
    // x·0 is zero for every finite x and not a number for all others; sums of either kind stay what they are.
    NAME(Vector) sum = {0};
    ptrdiff_t i = 0;
    for (; i + LANES <= count; i += LANES) sum += 0 * *(const NAME(Loose) *)(source + i);
    SCALAR rest = 0;
    for (; i < count; i++) rest += 0 * source[i];
    for (int lane = 0; lane < LANES; lane++) rest += sum[lane];
    return rest == 0;
}

// One direction of the recursion over `vectors`·LANES columns: rows from `first` on in steps of `step`, ±1.
CCNN_INLINE void NAME(sweep)(const int vectors, const int sections, const struct ccnn_recursiveShape *s, const SCALAR *filter,
                             const SCALAR *x, const int32_t *map, SCALAR *y, const bool isBackward) {
    // Fixed sizes, of which the compiler keeps what is used in registers.
    NAME(Vector) re[6][2], im[6][2];
#pragma clang loop unroll(full)
    for (int k = 0; k < sections; k++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) re[k][v] = im[k][v] = (NAME(Vector)){0};
    const SCALAR sign = isBackward ? filter[1] : 1;
    const ptrdiff_t count = s->count, sourcePitch = s->sourcePitch, resultPitch = s->resultPitch;
    for (ptrdiff_t i = 0; i < count; i++) {
        const ptrdiff_t p = isBackward ? count - 1 - i : i;
        const ptrdiff_t from = map ? map[p] : p;
        SCALAR *to = y + p * resultPitch;
        NAME(Vector) input[2], sum[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            input[v] = from < 0 ? (NAME(Vector)){0} : *(const NAME(Loose) *)(x + from * sourcePitch + v * LANES);
            sum[v] = isBackward ? *(const NAME(Loose) *)(to + v * LANES) : filter[0] * input[v];
        }
#pragma clang loop unroll(full)
        for (int k = 0; k < sections; k++) {
            const SCALAR *section = filter + 2 + 4 * k;
            const SCALAR zr = section[0], zi = section[1], cr = sign * section[2], ci = sign * section[3];
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                const NAME(Vector) a = re[k][v], b = im[k][v];
                sum[v] += cr * a - ci * b;
                re[k][v] = zr * a - zi * b + input[v];
                im[k][v] = zr * b + zi * a;
            }
        }
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) *(NAME(Loose) *)(to + v * LANES) = sum[v];
    }
}

CCNN_INLINE void NAME(bothSweeps)(const int vectors, const struct ccnn_recursiveShape *s, const SCALAR *filter,
                                  const SCALAR *x, const int32_t *map, SCALAR *y) {
#define CCNN_SWEEPS(sections)                                             \
    case sections:                                                        \
        NAME(sweep)(vectors, sections, s, filter, x, map, y, false);      \
        NAME(sweep)(vectors, sections, s, filter, x, map, y, true);       \
        break;
    switch (s->sections) {
        CCNN_SWEEPS(1)
        CCNN_SWEEPS(2)
        CCNN_SWEEPS(3)
        CCNN_SWEEPS(4)
        CCNN_SWEEPS(5)
        CCNN_SWEEPS(6)
    }
#undef CCNN_SWEEPS
}

CCNN_MULTIVERSIONED
void NAME(ccnn_recursive)(const struct ccnn_recursiveShape *s, const SCALAR *filter, const SCALAR *x, const int32_t *map,
                          SCALAR *y) {
    // A state that decays through the denormal numbers would take a hundred times as long on its way to zero.
    const unsigned mode = flushDenormals();
    ptrdiff_t column = 0;
    for (; column + 2 * LANES <= s->lanes; column += 2 * LANES)
        NAME(bothSweeps)(2, s, filter, x + column, map, y + column);
    for (; column + LANES <= s->lanes; column += LANES) NAME(bothSweeps)(1, s, filter, x + column, map, y + column);
    // The last columns overlap the ones before, which come out the same.
    if (column < s->lanes) NAME(bothSweeps)(1, s, filter, x + s->lanes - LANES, map, y + s->lanes - LANES);
    restoreMode(mode);
}

void NAME(ccnn_transpose)(const SCALAR *source, ptrdiff_t sourcePitch, ptrdiff_t rows, ptrdiff_t columns, SCALAR *result,
                          ptrdiff_t resultPitch) {
    for (ptrdiff_t c0 = 0; c0 < columns; c0 += LANES) {
        const ptrdiff_t c1 = c0 + LANES < columns ? c0 + LANES : columns;
        for (ptrdiff_t r0 = 0; r0 < rows; r0 += LANES) {
            const ptrdiff_t r1 = r0 + LANES < rows ? r0 + LANES : rows;
            const SCALAR *from = source + r0 * sourcePitch + c0;
            SCALAR *to = result + c0 * resultPitch + r0;
            if (c1 - c0 == LANES && r1 - r0 == LANES)
                NAME(ccnn_laneTranspose)(from, sourcePitch, to, resultPitch);
            else
                for (ptrdiff_t c = 0; c < c1 - c0; c++)
                    for (ptrdiff_t r = 0; r < r1 - r0; r++) to[c * resultPitch + r] = from[r * sourcePitch + c];
        }
    }
}
