// The innermost loops of layers that treat every channel by itself, and of optimisers. Each is the plain loop its comment states.
//
// Values are channels-last. What belongs to a channel (a mean, a scale, a sum) is given as an array of `period` numbers, a multiple
// of the channels, in which the channels' numbers repeat: value i of a block that begins with a pixel belongs to number i mod period.
// So inner loops are long whatever the number of channels is. No two arrays overlap unless said otherwise.

#ifndef CCNN_LAYER_LOOPS_H
#define CCNN_LAYER_LOOPS_H

#include <stdbool.h>
#include <stddef.h>

/// sums[i mod period] += x[i].
void ccnn_channelSums(ptrdiff_t count, ptrdiff_t period, const float *x, float *sums);

/// With t = x[i] − pivot[i mod period]: sums[i mod period] += t, squares[i mod period] += t².
void ccnn_channelMoments(ptrdiff_t count, ptrdiff_t period, const float *x, const float *pivot, float *sums,
                         float *squares);

/// y[i] = scale[i mod period]·x[i] + shift[i mod period], and its positive part if `rectifies`; what is
/// no number stays so, lest a broken network look sound.
void ccnn_scaleShift(ptrdiff_t count, ptrdiff_t period, const float *x, const float *scale, const float *shift,
                     bool rectifies, float *y);

/// With g[i] = dy[i], or 0 where `rectifies` and scale·x[i] + shift is not positive:
/// sums[i mod period] += g[i], products[i mod period] += g[i]·(x[i] − mean[i mod period]).
void ccnn_gradientMoments(ptrdiff_t count, ptrdiff_t period, const float *dy, const float *x, const float *scale,
                          const float *shift, const float *mean, bool rectifies, float *sums, float *products);

/// dx[i] = a[i mod period]·g[i] − b[i mod period]·x[i] − c[i mod period], with g as above; dx may be dy.
void ccnn_normalizationGradient(ptrdiff_t count, ptrdiff_t period, const float *dy, const float *x, const float *scale,
                                const float *shift, const float *a, const float *b, const float *c, bool rectifies,
                                float *dx);

/// y[i] = the positive part of x[i], or x[i] where that is no number; y may be x.
void ccnn_rectify(ptrdiff_t count, const float *x, float *y);

/// dx[i] = dy[i] where x[i] is positive, else 0; dx may be dy.
void ccnn_rectifyGradient(ptrdiff_t count, const float *dy, const float *x, float *dx);

/// y[i] = a[i] + b[i]; y may be either.
void ccnn_add(ptrdiff_t count, const float *a, const float *b, float *y);

/// A step of Adam, with h[i] = gradient[i] + l2·w[i]: m = β₁·m + (1 − β₁)·h, v = β₂·v + (1 − β₂)·h²,
/// w −= rate·m/(√v + ε) + decay·w.
///
/// 1 − β₁ and 1 − β₂ are given too: subtracted in single precision, 1 − 0.999 would be 10⁻⁵ of itself too small.
struct ccnn_adam {
    float beta1, beta2, rest1, rest2, rate, epsilon, decay, l2;
};
void ccnn_adamStep(ptrdiff_t count, const struct ccnn_adam *p, const float *gradient, float *m, float *v, float *w);

/// A step of gradient descent with momentum: v = momentum·v + gradient + l2·w, w −= rate·v.
struct ccnn_descent {
    float momentum, rate, l2;
};
void ccnn_descentStep(ptrdiff_t count, const struct ccnn_descent *p, const float *gradient, float *v, float *w);

#endif
