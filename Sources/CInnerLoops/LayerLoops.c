#include "LayerLoops.h"
#include "Multiversion.h"
#include "Prefetch.h"

#include <math.h>

// The blocks of `period` values that a block of `count` consists of, the last one perhaps shorter.
#define FOR_EACH_PERIOD(start, length)                                                                        \
    for (ptrdiff_t start = 0, length = period < count ? period : count; start < count;                        \
         start += period, length = period < count - start ? period : count - start)

// Fetches values that come 8 KB later: where few or none of the loads are plain ones, as in sums under a condition, the processor does
// not do so by itself, and a pass over memory takes twice as long.
CCNN_INLINE void fetchAhead(const float *values, ptrdiff_t length) {
    for (ptrdiff_t k = 0; k < length; k += 16) fetch(values + 2048 + k, false);
}

CCNN_MULTIVERSIONED
void ccnn_channelSums(ptrdiff_t count, ptrdiff_t period, const float *restrict x, float *restrict sums) {
    FOR_EACH_PERIOD(start, length) {
        const float *restrict xs = x + start;
        for (ptrdiff_t k = 0; k < length; k++) sums[k] += xs[k];
    }
}

CCNN_MULTIVERSIONED
void ccnn_channelMoments(ptrdiff_t count, ptrdiff_t period, const float *restrict x, const float *restrict pivot,
                         float *restrict sums, float *restrict squares) {
    FOR_EACH_PERIOD(start, length) {
        const float *restrict xs = x + start;
        fetchAhead(xs, length);
        for (ptrdiff_t k = 0; k < length; k++) {
            const float t = xs[k] - pivot[k];
            sums[k] += t;
            squares[k] += t * t;
        }
    }
}

CCNN_MULTIVERSIONED
void ccnn_scaleShift(ptrdiff_t count, ptrdiff_t period, const float *restrict x, const float *restrict scale,
                     const float *restrict shift, bool rectifies, float *restrict y) {
    FOR_EACH_PERIOD(start, length) {
        const float *restrict xs = x + start;
        float *restrict ys = y + start;
        if (rectifies)
            for (ptrdiff_t k = 0; k < length; k++) {
                const float t = scale[k] * xs[k] + shift[k];
                ys[k] = t < 0 ? 0 : t;
            }
        else
            for (ptrdiff_t k = 0; k < length; k++) ys[k] = scale[k] * xs[k] + shift[k];
    }
}

CCNN_MULTIVERSIONED
void ccnn_gradientMoments(ptrdiff_t count, ptrdiff_t period, const float *restrict dy, const float *restrict x,
                          const float *restrict scale, const float *restrict shift, const float *restrict mean,
                          bool rectifies, float *restrict sums, float *restrict products) {
    FOR_EACH_PERIOD(start, length) {
        const float *restrict xs = x + start, *restrict ds = dy + start;
        fetchAhead(xs, length);
        fetchAhead(ds, length);
        if (rectifies)
            for (ptrdiff_t k = 0; k < length; k++) {
                const float g = scale[k] * xs[k] + shift[k] > 0 ? ds[k] : 0;
                sums[k] += g;
                products[k] += g * (xs[k] - mean[k]);
            }
        else
            for (ptrdiff_t k = 0; k < length; k++) {
                sums[k] += ds[k];
                products[k] += ds[k] * (xs[k] - mean[k]);
            }
    }
}

CCNN_MULTIVERSIONED
void ccnn_normalizationGradient(ptrdiff_t count, ptrdiff_t period, const float *dy, const float *restrict x,
                                const float *restrict scale, const float *restrict shift, const float *restrict a,
                                const float *restrict b, const float *restrict c, bool rectifies, float *dx) {
    FOR_EACH_PERIOD(start, length) {
        const float *restrict xs = x + start, *ds = dy + start;
        float *rs = dx + start;
        // Each element of dx depends on the same element of dy only, so the loops may run in any order even where they are one array.
        if (rectifies)
#pragma clang loop vectorize(assume_safety)
            for (ptrdiff_t k = 0; k < length; k++) {
                const float g = scale[k] * xs[k] + shift[k] > 0 ? ds[k] : 0;
                rs[k] = a[k] * g - (b[k] * xs[k] + c[k]);
            }
        else
#pragma clang loop vectorize(assume_safety)
            for (ptrdiff_t k = 0; k < length; k++) rs[k] = a[k] * ds[k] - (b[k] * xs[k] + c[k]);
    }
}

CCNN_MULTIVERSIONED
void ccnn_rectify(ptrdiff_t count, const float *x, float *y) {
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t i = 0; i < count; i++) y[i] = x[i] < 0 ? 0 : x[i];
}

CCNN_MULTIVERSIONED
void ccnn_rectifyGradient(ptrdiff_t count, const float *dy, const float *x, float *dx) {
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t i = 0; i < count; i++) dx[i] = x[i] > 0 ? dy[i] : 0;
}

CCNN_MULTIVERSIONED
void ccnn_add(ptrdiff_t count, const float *a, const float *b, float *y) {
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t i = 0; i < count; i++) y[i] = a[i] + b[i];
}

CCNN_MULTIVERSIONED
void ccnn_adamStep(ptrdiff_t count, const struct ccnn_adam *p, const float *restrict gradient, float *restrict m,
                   float *restrict v, float *restrict w) {
    const float beta1 = p->beta1, beta2 = p->beta2, rest1 = p->rest1, rest2 = p->rest2;
    const float rate = p->rate, epsilon = p->epsilon;
    const float decay = p->decay, l2 = p->l2;
    for (ptrdiff_t i = 0; i < count; i++) {
        const float g = gradient[i] + l2 * w[i];
        m[i] = beta1 * m[i] + rest1 * g;
        v[i] = beta2 * v[i] + rest2 * (g * g);
        w[i] -= rate * m[i] / (sqrtf(v[i]) + epsilon) + decay * w[i];
    }
}

CCNN_MULTIVERSIONED
void ccnn_descentStep(ptrdiff_t count, const struct ccnn_descent *p, const float *restrict gradient,
                      float *restrict v, float *restrict w) {
    const float momentum = p->momentum, rate = p->rate, l2 = p->l2;
    for (ptrdiff_t i = 0; i < count; i++) {
        v[i] = momentum * v[i] + (gradient[i] + l2 * w[i]);
        w[i] -= rate * v[i];
    }
}
