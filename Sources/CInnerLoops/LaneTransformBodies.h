// The loops of LaneTransformLoops.h for the precision that SCALAR names; included once for each. NAME(f) is f's name in this precision.

typedef SCALAR NAME(Vector) __attribute__((vector_size(64)));
typedef SCALAR NAME(Loose) __attribute__((vector_size(64), aligned(sizeof(SCALAR))));

// The discrete transform of r points in place, with the sign of the exponent: −1 forward, +1 backward.
CCNN_INLINE void NAME(butterfly)(const int r, const SCALAR sign, NAME(Vector) * re, NAME(Vector) * im) {
    if (r == 2) {
        const NAME(Vector) a = re[0] - re[1], b = im[0] - im[1];
        re[0] += re[1];
        im[0] += im[1];
        re[1] = a;
        im[1] = b;
    } else if (r == 3) {
        const SCALAR sine = sign * (SCALAR)0.86602540378443864676;
        const NAME(Vector) a = re[1] + re[2], b = im[1] + im[2];
        const NAME(Vector) c = sine * (im[1] - im[2]), d = sine * (re[1] - re[2]);
        const NAME(Vector) e = re[0] - (SCALAR)0.5 * a, f = im[0] - (SCALAR)0.5 * b;
        re[0] += a;
        im[0] += b;
        re[1] = e - c;
        im[1] = f + d;
        re[2] = e + c;
        im[2] = f - d;
    } else {
        const NAME(Vector) a = re[0] + re[2], b = im[0] + im[2], c = re[0] - re[2], d = im[0] - im[2];
        const NAME(Vector) e = re[1] + re[3], f = im[1] + im[3];
        const NAME(Vector) g = sign * (re[1] - re[3]), h = sign * (im[1] - im[3]);
        re[0] = a + e;
        im[0] = b + f;
        re[2] = a - e;
        im[2] = b - f;
        re[1] = c - h;
        im[1] = d + g;
        re[3] = c + h;
        im[3] = d - g;
    }
}

// One pass over blocks of r·m points: butterflies of the points j, j + m, …, and their twiddles, after them forward and before them backward.
CCNN_INLINE void NAME(pass)(const int r, const bool isForward, ptrdiff_t length, ptrdiff_t m, const SCALAR *twiddles,
                            SCALAR *points) {
    for (ptrdiff_t j = 0; j < m; j++) {
        SCALAR c[4], s[4];
        if (j > 0)
#pragma clang loop unroll(full)
            for (int q = 1; q < r; q++) {
                c[q] = twiddles[((j - 1) * (r - 1) + q - 1) * 2];
                s[q] = isForward ? twiddles[((j - 1) * (r - 1) + q - 1) * 2 + 1] : -twiddles[((j - 1) * (r - 1) + q - 1) * 2 + 1];
            }
        for (ptrdiff_t block = j; block < length; block += r * m) {
            NAME(Vector) re[4], im[4];
#pragma clang loop unroll(full)
            for (int q = 0; q < r; q++) {
                const NAME(Vector) *at = (const NAME(Vector) *)(points + (block + q * m) * 2 * LANES);
                re[q] = at[0];
                im[q] = at[1];
                if (!isForward && q > 0 && j > 0) {
                    const NAME(Vector) a = re[q], b = im[q];
                    re[q] = a * c[q] - b * s[q];
                    im[q] = a * s[q] + b * c[q];
                }
            }
            NAME(butterfly)(r, isForward ? -1 : 1, re, im);
#pragma clang loop unroll(full)
            for (int q = 0; q < r; q++) {
                NAME(Vector) *at = (NAME(Vector) *)(points + (block + q * m) * 2 * LANES);
                if (isForward && q > 0 && j > 0) {
                    at[0] = re[q] * c[q] - im[q] * s[q];
                    at[1] = re[q] * s[q] + im[q] * c[q];
                } else {
                    at[0] = re[q];
                    at[1] = im[q];
                }
            }
        }
    }
}

CCNN_INLINE void NAME(anyPass)(ptrdiff_t r, const bool isForward, ptrdiff_t length, ptrdiff_t m, const SCALAR *twiddles,
                               SCALAR *points) {
    if (r == 4)
        NAME(pass)(4, isForward, length, m, twiddles, points);
    else if (r == 3)
        NAME(pass)(3, isForward, length, m, twiddles, points);
    else
        NAME(pass)(2, isForward, length, m, twiddles, points);
}

CCNN_MULTIVERSIONED
void NAME(ccnn_laneForward)(const struct ccnn_laneTransform *p, const SCALAR *twiddles, SCALAR *points) {
    ptrdiff_t m = p->length;
    for (ptrdiff_t pass = 0; pass < p->passes; pass++) {
        const ptrdiff_t r = p->radices[pass];
        m /= r;
        NAME(anyPass)(r, true, p->length, m, twiddles, points);
        twiddles += (m - 1) * (r - 1) * 2;
    }
}

CCNN_MULTIVERSIONED
void NAME(ccnn_laneInverse)(const struct ccnn_laneTransform *p, const SCALAR *twiddles, SCALAR *points) {
    ptrdiff_t m = p->length;
    for (ptrdiff_t pass = 0; pass < p->passes; pass++) {
        m /= p->radices[pass];
        twiddles += (m - 1) * (p->radices[pass] - 1) * 2;
    }
    for (ptrdiff_t pass = p->passes - 1; pass >= 0; pass--) {
        const ptrdiff_t r = p->radices[pass];
        twiddles -= (m - 1) * (r - 1) * 2;
        NAME(anyPass)(r, false, p->length, m, twiddles, points);
        m *= r;
    }
}

CCNN_MULTIVERSIONED
void NAME(ccnn_laneMultiplyByConjugate)(const SCALAR *spectrum, ptrdiff_t count, SCALAR *points) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const NAME(Vector) *k = (const NAME(Vector) *)(spectrum + i * 2 * LANES);
        NAME(Vector) *x = (NAME(Vector) *)(points + i * 2 * LANES);
        const NAME(Vector) a = x[0], b = x[1];
        x[0] = a * k[0] + b * k[1];
        x[1] = b * k[0] - a * k[1];
    }
}

CCNN_MULTIVERSIONED
void NAME(ccnn_laneTranspose)(const SCALAR *from, ptrdiff_t fromStride, SCALAR *to, ptrdiff_t toStride) {
    NAME(Vector) a[LANES], b[LANES];
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; i++) a[i] = *(const NAME(Loose) *)(from + i * fromStride);
    // Interleaving the first half of the vectors with the second rotates the bits of (vector, lane) by one place; as many rounds as a
    // lane's number has bits exchange the two.
#pragma clang loop unroll(full)
    for (int round = 1; round < LANES; round *= 2) {
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES / 2; i++) {
            b[2 * i] = INTERLEAVE_LOW(a[i], a[i + LANES / 2]);
            b[2 * i + 1] = INTERLEAVE_HIGH(a[i], a[i + LANES / 2]);
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++) a[i] = b[i];
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; i++) *(NAME(Loose) *)(to + i * toStride) = a[i];
}

CCNN_MULTIVERSIONED
bool NAME(ccnn_laneLoad)(const SCALAR *source, ptrdiff_t pitch, const int32_t *rowMap, ptrdiff_t rows,
                         const int32_t *columnMap, ptrdiff_t columns, ptrdiff_t length, SCALAR *points) {
    bool isRun = columns == LANES && columnMap[0] >= 0;
    for (ptrdiff_t l = 1; l < columns; l++) isRun = isRun && columnMap[l] == columnMap[0] + l;
    // x·0 is zero for every finite x and not a number for all others; sums of either kind stay what they are.
    NAME(Vector) check = {0};
    for (ptrdiff_t i = 0; i < length; i++) {
        NAME(Vector) *at = (NAME(Vector) *)(points + i * 2 * LANES);
        NAME(Vector) v = {0};
        if (i < rows && rowMap[i] >= 0) {
            const SCALAR *row = source + rowMap[i] * pitch;
            if (isRun) {
                v = *(const NAME(Loose) *)(row + columnMap[0]);
                // The next columns are wanted next, and no hardware guesses a stride of whole rows.
                __builtin_prefetch(row + columnMap[0] + LANES);
            } else
                for (ptrdiff_t l = 0; l < columns; l++) v[l] = columnMap[l] < 0 ? 0 : row[columnMap[l]];
        }
        check += 0 * v;
        *at = v;
    }
    SCALAR sum = 0;
    for (int l = 0; l < LANES; l++) sum += check[l];
    return sum == 0;
}

CCNN_MULTIVERSIONED
void NAME(ccnn_laneStore)(const SCALAR *points, ptrdiff_t pointStride, ptrdiff_t rows, ptrdiff_t firstLane,
                          ptrdiff_t laneStride, ptrdiff_t columns, SCALAR *result, ptrdiff_t pitch) {
    for (ptrdiff_t i = 0; i < rows; i++) {
        const SCALAR *from = points + i * pointStride * 2 * LANES + firstLane;
        SCALAR *to = result + i * pitch;
        if (columns == LANES && laneStride == 1)
            *(NAME(Loose) *)to = *(const NAME(Vector) *)from;
        else
            for (ptrdiff_t j = 0; j < columns; j++) to[j] = from[j * laneStride];
    }
}
