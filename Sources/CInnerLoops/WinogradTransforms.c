#include "CInnerLoops.h"
#include "Prefetch.h"
#include "Vectors.h"

// The one-dimensional transforms of Winograd's minimal filtering F(m, 3) for m = 4 (points 0, ±1, ±2, ∞) and m = 2 (points
// 0, ±1, ∞), n = m + 2: y = Aᵀ[(G k) ⊙ (Bᵀ d)] gives the m outputs of a three-tap filter from n inputs. Lavin and Gray, "Fast
// algorithms for convolutional neural networks", CVPR 2016, doi:10.1109/CVPR.2016.435. The transposed ones make the adjoints.

enum transformation { INPUT, INPUT_ADJOINT, OUTPUT, OUTPUT_ADJOINT, KERNEL, KERNEL_ADJOINT };

// v = Bᵀ d
CCNN_INLINE void input(const int n, const Vector *d, Vector *v) {
    if (n == 4) {
        v[0] = d[0] - d[2];
        v[1] = d[1] + d[2];
        v[2] = d[2] - d[1];
        v[3] = d[3] - d[1];
        return;
    }
    const Vector even4 = d[4] - 4 * d[2], odd4 = d[3] - 4 * d[1];
    const Vector even1 = d[4] - d[2], odd1 = d[3] - d[1];
    v[0] = even4 + 4 * d[0] - d[2];
    v[1] = even4 + odd4;
    v[2] = even4 - odd4;
    v[3] = even1 + 2 * odd1;
    v[4] = even1 - 2 * odd1;
    v[5] = d[5] - d[3] - 4 * odd1;
}

// d = B v
CCNN_INLINE void inputAdjoint(const int n, const Vector *v, Vector *d) {
    if (n == 4) {
        d[0] = v[0];
        d[1] = v[1] - v[2] - v[3];
        d[2] = v[1] + v[2] - v[0];
        d[3] = v[3];
        return;
    }
    const Vector sum12 = v[1] + v[2], difference12 = v[1] - v[2];
    const Vector sum34 = v[3] + v[4], difference34 = v[3] - v[4];
    d[0] = 4 * v[0];
    d[1] = 4 * (v[5] - difference12) - 2 * difference34;
    d[2] = -5 * v[0] - 4 * sum12 - sum34;
    d[3] = difference12 + 2 * difference34 - 5 * v[5];
    d[4] = v[0] + sum12 + sum34;
    d[5] = v[5];
}

// y = Aᵀ p
CCNN_INLINE void output(const int n, const Vector *p, Vector *y) {
    const Vector sum12 = p[1] + p[2], difference12 = p[1] - p[2];
    if (n == 4) {
        y[0] = p[0] + sum12;
        y[1] = difference12 + p[3];
        return;
    }
    const Vector sum34 = p[3] + p[4], difference34 = p[3] - p[4];
    y[0] = p[0] + sum12 + sum34;
    y[1] = difference12 + 2 * difference34;
    y[2] = sum12 + 4 * sum34;
    y[3] = difference12 + 8 * difference34 + p[5];
}

// p = A y
CCNN_INLINE void outputAdjoint(const int n, const Vector *y, Vector *p) {
    p[0] = y[0];
    if (n == 4) {
        p[1] = y[0] + y[1];
        p[2] = y[0] - y[1];
        p[3] = y[1];
        return;
    }
    const Vector even1 = y[0] + y[2], odd1 = y[1] + y[3];
    const Vector even2 = y[0] + 4 * y[2], odd2 = 2 * y[1] + 8 * y[3];
    p[1] = even1 + odd1;
    p[2] = even1 - odd1;
    p[3] = even2 + odd2;
    p[4] = even2 - odd2;
    p[5] = y[3];
}

// u = G k
CCNN_INLINE void kernel(const int n, const Vector *k, Vector *u) {
    const Vector even = k[0] + k[2];
    if (n == 4) {
        u[0] = k[0];
        u[1] = 0.5f * (even + k[1]);
        u[2] = 0.5f * (even - k[1]);
        u[3] = k[2];
        return;
    }
    const Vector even2 = k[0] * (1.0f / 24) + k[2] * (1.0f / 6), odd2 = k[1] * (1.0f / 12);
    u[0] = 0.25f * k[0];
    u[1] = (even + k[1]) * (-1.0f / 6);
    u[2] = (even - k[1]) * (-1.0f / 6);
    u[3] = even2 + odd2;
    u[4] = even2 - odd2;
    u[5] = k[2];
}

// k = Gᵀ u
CCNN_INLINE void kernelAdjoint(const int n, const Vector *u, Vector *k) {
    const Vector sum12 = u[1] + u[2], difference12 = u[1] - u[2];
    if (n == 4) {
        k[0] = u[0] + 0.5f * sum12;
        k[1] = 0.5f * difference12;
        k[2] = 0.5f * sum12 + u[3];
        return;
    }
    const Vector sum34 = u[3] + u[4], difference34 = u[3] - u[4];
    k[0] = 0.25f * u[0] - sum12 * (1.0f / 6) + sum34 * (1.0f / 24);
    k[1] = difference34 * (1.0f / 12) - difference12 * (1.0f / 6);
    k[2] = (sum34 - sum12) * (1.0f / 6) + u[5];
}

CCNN_INLINE void line(const enum transformation t, const int n, const Vector *from, Vector *to) {
    switch (t) {
        case INPUT: input(n, from, to); break;
        case INPUT_ADJOINT: inputAdjoint(n, from, to); break;
        case OUTPUT: output(n, from, to); break;
        case OUTPUT_ADJOINT: outputAdjoint(n, from, to); break;
        case KERNEL: kernel(n, from, to); break;
        case KERNEL_ADJOINT: kernelAdjoint(n, from, to); break;
    }
}

// T a Tᵀ for a square `a` of `rows` × `rows`; the result is `columns` × `columns`.
CCNN_INLINE void square(const enum transformation t, const int n, const int rows, const int columns, Vector a[6][6]) {
#pragma clang loop unroll(full)
    for (int x = 0; x < rows; x++) {
        Vector from[6], to[6];
#pragma clang loop unroll(full)
        for (int y = 0; y < rows; y++) from[y] = a[y][x];
        line(t, n, from, to);
#pragma clang loop unroll(full)
        for (int y = 0; y < columns; y++) a[y][x] = to[y];
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < columns; y++) {
        Vector to[6];
        line(t, n, a[y], to);
#pragma clang loop unroll(full)
        for (int x = 0; x < columns; x++) a[y][x] = to[x];
    }
}

static const float zeros[LANES];

// Whether row or column `index` of a picture with `count` of them is inside.
CCNN_INLINE bool inside(ptrdiff_t index, ptrdiff_t count) { return (size_t)index < (size_t)count; }

// Pixels of a tile with its corner at (y, x), zero outside the picture. Only the first `lanes` are read unless `whole`.
CCNN_INLINE void gather(const int size, const struct ccnn_tiles *t, const float *picture, ptrdiff_t y, ptrdiff_t x,
                        const bool whole, ptrdiff_t lanes, Vector a[6][6]) {
    Vector partial[6][6];
    if (!whole)
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) {
                const bool valid = inside(y + i, t->height) && inside(x + j, t->width);
                partial[i][j] =
                    valid ? loadLanes(picture + (y + i) * t->rowStride + (x + j) * t->pixelStride, lanes) : (Vector){0};
            }
#pragma clang loop unroll(full)
    for (int i = 0; i < size; i++) {
        const bool rowInside = inside(y + i, t->height);
        const float *row = picture + (y + i) * t->rowStride;
#pragma clang loop unroll(full)
        for (int j = 0; j < size; j++)
            a[i][j] = !whole ? partial[i][j]
                             : load(rowInside && inside(x + j, t->width) ? row + (x + j) * t->pixelStride : zeros);
    }
}

// Fetches what the same tile of the next row reads anew: its last rows, and as many columns as tiles are apart.
CCNN_INLINE void fetchAhead(const int n, const int size, const struct ccnn_tiles *t, const float *picture, ptrdiff_t x,
                            const bool forWriting) {
    const float *corner = picture + t->ahead + t->firstRow * t->rowStride + (x + size - (n - 2)) * t->pixelStride;
#pragma clang loop unroll(full)
    for (int i = size - (n - 2) - (size > n - 2); i < size; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < n - 2; j++) fetch(corner + i * t->rowStride + j * t->pixelStride, forWriting);
}

CCNN_INLINE void toPlanes(const enum transformation transformation, const int n, const int size,
                          const struct ccnn_tiles *t, const float *picture, const float *end, float *planes) {
    const ptrdiff_t bottom = t->firstRow + size < t->height ? t->firstRow + size : t->height;
    for (ptrdiff_t tile = 0, x = t->firstColumn; tile < t->tiles; tile++, x += n - 2, planes += t->tileStride) {
        const ptrdiff_t right = x + size < t->width ? x + size : t->width;
        const float *last = picture + (bottom - 1) * t->rowStride + (right - 1) * t->pixelStride;
        for (ptrdiff_t channel = 0; channel < t->channels; channel += LANES) {
            Vector a[6][6];
            if (t->ahead) fetchAhead(n, size, t, picture + channel, x, false);
            if (last + channel + LANES <= end)
                gather(size, t, picture + channel, t->firstRow, x, true, LANES, a);
            else
                gather(size, t, picture + channel, t->firstRow, x, false, t->channels - channel, a);
            square(transformation, n, size, n, a);
            float *plane = planes + channel;
#pragma clang loop unroll(full)
            for (int i = 0; i < n; i++)
#pragma clang loop unroll(full)
                for (int j = 0; j < n; j++, plane += t->planeStride) store(plane, a[i][j]);
        }
    }
}

// Writes, or adds, the pixels of a tile that lie inside the picture.
CCNN_INLINE void scatter(const int size, const struct ccnn_tiles *t, float *picture, ptrdiff_t y, ptrdiff_t x,
                         ptrdiff_t lanes, const bool accumulate, Vector a[6][6]) {
    if (lanes < LANES) {
        Vector partial[6][6];
#pragma clang loop unroll(full)
        for (int i = 0; i < size * size; i++) partial[i / size][i % size] = a[i / size][i % size];
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) {
                if (!inside(y + i, t->height) || !inside(x + j, t->width)) continue;
                float *pixel = picture + (y + i) * t->rowStride + (x + j) * t->pixelStride;
                storeFirst(pixel, accumulate ? partial[i][j] + loadFirst(pixel, lanes) : partial[i][j], lanes);
            }
        return;
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < size; i++) {
        if (!inside(y + i, t->height)) continue;
        float *row = picture + (y + i) * t->rowStride;
#pragma clang loop unroll(full)
        for (int j = 0; j < size; j++) {
            if (!inside(x + j, t->width)) continue;
            float *pixel = row + (x + j) * t->pixelStride;
            store(pixel, accumulate ? a[i][j] + load(pixel) : a[i][j]);
        }
    }
}

CCNN_INLINE void fromPlanes(const enum transformation transformation, const int n, const int size,
                            const struct ccnn_tiles *t, const float *planes, const float *bias, const bool accumulate,
                            float *picture) {
    for (ptrdiff_t tile = 0, x = t->firstColumn; tile < t->tiles; tile++, x += n - 2, planes += t->tileStride)
        for (ptrdiff_t channel = 0; channel < t->channels; channel += LANES) {
            const float *plane = planes + channel;
            if (t->ahead) fetchAhead(n, size, t, picture + channel, x, true);
            Vector a[6][6];
#pragma clang loop unroll(full)
            for (int i = 0; i < n; i++)
#pragma clang loop unroll(full)
                for (int j = 0; j < n; j++, plane += t->planeStride) a[i][j] = load(plane);
            square(transformation, n, n, size, a);
            if (bias) {
                const Vector shift = load(bias + channel);
#pragma clang loop unroll(full)
                for (int i = 0; i < size * size; i++) a[i / size][i % size] += shift;
            }
            scatter(size, t, picture + channel, t->firstRow, x, t->channels - channel, accumulate, a);
        }
}

CCNN_MULTIVERSIONED
void ccnn_winogradInput(const struct ccnn_tiles *t, const float *picture, const float *end, float *planes) {
    if (t->points == 6)
        toPlanes(INPUT, 6, 6, t, picture, end, planes);
    else
        toPlanes(INPUT, 4, 4, t, picture, end, planes);
}

CCNN_MULTIVERSIONED
void ccnn_winogradOutputAdjoint(const struct ccnn_tiles *t, const float *picture, const float *end, float *planes) {
    if (t->points == 6)
        toPlanes(OUTPUT_ADJOINT, 6, 4, t, picture, end, planes);
    else
        toPlanes(OUTPUT_ADJOINT, 4, 2, t, picture, end, planes);
}

CCNN_MULTIVERSIONED
void ccnn_winogradOutput(const struct ccnn_tiles *t, const float *planes, const float *bias, float *picture) {
    if (t->points == 6)
        fromPlanes(OUTPUT, 6, 4, t, planes, bias, false, picture);
    else
        fromPlanes(OUTPUT, 4, 2, t, planes, bias, false, picture);
}

CCNN_MULTIVERSIONED
void ccnn_winogradInputAdjoint(const struct ccnn_tiles *t, const float *planes, float *picture) {
    if (t->points == 6)
        fromPlanes(INPUT_ADJOINT, 6, 6, t, planes, 0, true, picture);
    else
        fromPlanes(INPUT_ADJOINT, 4, 4, t, planes, 0, true, picture);
}

CCNN_INLINE void kernels(const int n, const float *taps, ptrdiff_t tapStride, ptrdiff_t count, float *planes,
                         ptrdiff_t planeStride) {
    for (ptrdiff_t c = 0; c < count; c += LANES) {
        Vector a[6][6];
#pragma clang loop unroll(full)
        for (int tap = 0; tap < 9; tap++) a[tap / 3][tap % 3] = loadLanes(taps + tap * tapStride + c, count - c);
        square(KERNEL, n, 3, n, a);
#pragma clang loop unroll(full)
        for (int p = 0; p < n * n; p++) store(planes + p * planeStride + c, a[p / n][p % n]);
    }
}

CCNN_INLINE void kernelsAdjoint(const int n, const float *planes, ptrdiff_t planeStride, ptrdiff_t count, float *taps,
                                ptrdiff_t tapStride) {
    for (ptrdiff_t c = 0; c < count; c += LANES) {
        Vector a[6][6];
#pragma clang loop unroll(full)
        for (int p = 0; p < n * n; p++) a[p / n][p % n] = load(planes + p * planeStride + c);
        square(KERNEL_ADJOINT, n, n, 3, a);
#pragma clang loop unroll(full)
        for (int tap = 0; tap < 9; tap++) storeLanes(taps + tap * tapStride + c, a[tap / 3][tap % 3], count - c);
    }
}

CCNN_MULTIVERSIONED
void ccnn_winogradKernel(ptrdiff_t points, const float *taps, ptrdiff_t tapStride, ptrdiff_t count, float *planes,
                         ptrdiff_t planeStride) {
    if (points == 6)
        kernels(6, taps, tapStride, count, planes, planeStride);
    else
        kernels(4, taps, tapStride, count, planes, planeStride);
}

CCNN_MULTIVERSIONED
void ccnn_winogradKernelAdjoint(ptrdiff_t points, const float *planes, ptrdiff_t planeStride, ptrdiff_t count,
                                float *taps, ptrdiff_t tapStride) {
    if (points == 6)
        kernelsAdjoint(6, planes, planeStride, count, taps, tapStride);
    else
        kernelsAdjoint(4, planes, planeStride, count, taps, tapStride);
}
