// Convolution of stride 1 where every channel stays by itself, on rows of pixels as they lie in memory.

#ifndef CCNN_CHANNELWISE_ROWS_H
#define CCNN_CHANNELWISE_ROWS_H

#include <stddef.h>

/// An axis of stride 1: output o is Σ_u input[o + u·dilation − padding] · kernel[u], inputs outside being zero.
struct ccnn_axis {
    ptrdiff_t input, output, kernel, dilation, padding;
};

/// A convolution within channels: output[y, x, c] = Σ_{u, v} input[y + u·dy − py, x + v·dx − px, c] · kernel[u, v, c].
///
/// Pixels lie side by side, so that a run of outputs with the same taps inside the input is one run of numbers, whatever their channels. Kernels
/// are tables: the number of tap t = u · kernel width + v for channel c stands at t · (period + 16) + i for every i < period + 16
/// with i mod channels = c. The period is a multiple of both the channels and 16.
struct ccnn_channelwiseRows {
    struct ccnn_axis vertical, horizontal;
    ptrdiff_t channels, period;
};

/// Rows `first` … `first` + `count` − 1 of the output of one picture; `bias` is such a table of one tap, or null.
void ccnn_channelwiseOutput(const struct ccnn_channelwiseRows *p, ptrdiff_t first, ptrdiff_t count, const float *input,
                            const float *kernel, const float *bias, float *output);

/// The adjoint with respect to the kernel, of the same rows of one picture: adds to number i < period of each tap Σ input · gradient over the
/// numbers of every run that stand i after a multiple of the period.
void ccnn_channelwiseKernelGradient(const struct ccnn_channelwiseRows *p, ptrdiff_t first, ptrdiff_t count,
                                    const float *input, const float *gradient, float *kernel);

#endif
