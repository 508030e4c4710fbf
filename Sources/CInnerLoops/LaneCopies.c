#include "CInnerLoops.h"
#include "Vectors.h"

CCNN_MULTIVERSIONED
void ccnn_copyToLanes(const float *source, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t channels, float *target) {
    switch (channels) {
        case 1:
            for (ptrdiff_t j = 0; j < count; j++) target[j * LANES] = source[j * stride];
            break;
        case 4:
            for (ptrdiff_t j = 0; j < count; j++)
                *(QuarterVector *)(target + j * LANES) = *(const QuarterVector *)(source + j * stride);
            break;
        default:
            for (ptrdiff_t j = 0; j < count; j++)
                for (ptrdiff_t c = 0; c < channels; c++) target[j * LANES + c] = source[j * stride + c];
    }
}

CCNN_MULTIVERSIONED
void ccnn_copyFromLanes(const float *source, ptrdiff_t count, ptrdiff_t channels, float *target, ptrdiff_t stride,
                        bool accumulate) {
    if (accumulate) {
        for (ptrdiff_t j = 0; j < count; j++)
            for (ptrdiff_t c = 0; c < channels; c++) target[j * stride + c] += source[j * LANES + c];
        return;
    }
    switch (channels) {
        case 1:
            for (ptrdiff_t j = 0; j < count; j++) target[j * stride] = source[j * LANES];
            break;
        case 4:
            for (ptrdiff_t j = 0; j < count; j++)
                *(QuarterVector *)(target + j * stride) = *(const QuarterVector *)(source + j * LANES);
            break;
        default:
            for (ptrdiff_t j = 0; j < count; j++)
                for (ptrdiff_t c = 0; c < channels; c++) target[j * stride + c] = source[j * LANES + c];
    }
}
