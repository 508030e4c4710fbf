#include "ChannelwiseRows.h"
#include "Prefetch.h"
#include "Vectors.h"

typedef struct ccnn_channelwiseRows Rows;

// A run of outputs of one row with the same taps inside the input: the first output, their number, and the columns of taps.
struct run {
    ptrdiff_t start, count, firstTap, taps;
};

// Taps of `rows` × `columns`, each a run of `count` numbers of the input and a line of the table of kernels.
struct taps {
    ptrdiff_t rows, columns, count, period;
    const float *source, *factor;
    ptrdiff_t sourceRow, sourceColumn, factorRow, factorColumn;
    // From a number of the last row of taps to the one that the next row of outputs reads first, and from an output to the one below.
    ptrdiff_t sourceAhead, outputAhead;
};

CCNN_INLINE struct run runAt(const struct ccnn_axis *axis, ptrdiff_t x) {
    ptrdiff_t first = 0, end = axis->kernel, next = axis->output;
    while (first < end && x - axis->padding + first * axis->dilation < 0) first++;
    while (end > first && x - axis->padding + (end - 1) * axis->dilation >= axis->input) end--;
    if (first > 0) {
        const ptrdiff_t enters = axis->padding - (first - 1) * axis->dilation;
        if (enters > x && enters < next) next = enters;
    }
    if (end > first) {
        const ptrdiff_t leaves = axis->input + axis->padding - (end - 1) * axis->dilation;
        if (leaves < next) next = leaves;
    } else {
        next = x + 1;
    }
    return (struct run){x, next - x, first, end - first};
}

// What a run of row y reads.
CCNN_INLINE struct taps tapsOf(const Rows *p, struct run vertical, struct run horizontal, const float *input,
                               const float *kernel) {
    const ptrdiff_t width = p->horizontal.input, stride = p->period + LANES;
    const ptrdiff_t y = vertical.start - p->vertical.padding + vertical.firstTap * p->vertical.dilation;
    const ptrdiff_t x = horizontal.start - p->horizontal.padding + horizontal.firstTap * p->horizontal.dilation;
    return (struct taps){
        .rows = vertical.taps,
        .columns = horizontal.taps,
        .count = horizontal.count * p->channels,
        .period = p->period,
        .source = input + (y * width + x) * p->channels,
        .factor = kernel + (vertical.firstTap * p->horizontal.kernel + horizontal.firstTap) * stride,
        .sourceRow = p->vertical.dilation * width * p->channels,
        .sourceColumn = p->horizontal.dilation * p->channels,
        .factorRow = p->horizontal.kernel * stride,
        .factorColumn = stride,
        .sourceAhead = (vertical.taps - 1) * p->vertical.dilation * width * p->channels + width * p->channels,
        .outputAhead = p->horizontal.output * p->channels,
    };
}

// Whether there are 3 × 3 taps whose columns are a period apart, and whole periods of outputs.
CCNN_INLINE bool areSliding(const struct taps *p) {
    return p->rows == 3 && p->columns == 3 && p->sourceColumn == p->period && p->count % p->period == 0;
}

CCNN_INLINE Vector biasAt(const float *bias, ptrdiff_t place) { return bias ? load(bias + place) : (Vector){0}; }

// Fetches what the next row of outputs reads for the first time, and the row itself: the processor fetches ahead within a row only.
CCNN_INLINE void fetchNextRow(const struct taps *p, const float *output, const bool isWritten, ptrdiff_t i) {
    fetch(output + i + p->outputAhead, isWritten);
    fetch(p->source + i + p->sourceAhead, false);
}

// One vector of outputs in `slidingRun`: reads the third column of taps.
CCNN_INLINE void slidingOutput(const struct taps *p, ptrdiff_t i, Vector sum, const Vector *factor, const Vector *first,
                               const Vector *second, Vector *third, float *output) {
    fetchNextRow(p, output, true, i);
#pragma clang loop unroll(full)
    for (int r = 0; r < 3; r++) {
        third[r] = load(p->source + r * p->sourceRow + i + 2 * p->period);
        sum += first[r] * factor[3 * r] + second[r] * factor[3 * r + 1];
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < 3; r++) sum += third[r] * factor[3 * r + 2];
    store(output + i, sum);
}

// A run with 3 × 3 taps whose columns are a period apart, over whole periods: what one column of taps has read for an output, the column before it
// needs for the next, so that three numbers are read instead of nine, and none at the place in its page that was just written.
CCNN_INLINE void slidingRun(const struct taps *p, const float *bias, float *output) {
    const ptrdiff_t count = p->count, period = p->period;
    for (ptrdiff_t phase = 0; phase < period; phase += LANES) {
        Vector factor[9], a[3], b[3], c[3];
#pragma clang loop unroll(full)
        for (int t = 0; t < 9; t++) factor[t] = load(p->factor + t / 3 * p->factorRow + t % 3 * p->factorColumn + phase);
#pragma clang loop unroll(full)
        for (int r = 0; r < 3; r++) {
            a[r] = load(p->source + r * p->sourceRow + phase);
            b[r] = load(p->source + r * p->sourceRow + phase + period);
        }
        const Vector start = biasAt(bias, phase);
        ptrdiff_t i = phase;
        for (; i + 2 * period < count; i += 3 * period) {
            slidingOutput(p, i, start, factor, a, b, c, output);
            slidingOutput(p, i + period, start, factor, b, c, a, output);
            slidingOutput(p, i + 2 * period, start, factor, c, a, b, output);
        }
        if (i < count) slidingOutput(p, i, start, factor, a, b, c, output);
        if (i + period < count) slidingOutput(p, i + period, start, factor, b, c, a, output);
    }
}

// A run with a few taps, whose factors stay in registers for all numbers at a distance of the period.
CCNN_INLINE void fewTaps(const int rows, const int columns, const struct taps *p, const float *bias, float *output) {
    enum { most = 9 };
    const float *source[most], *factor[most];
#pragma clang loop unroll(full)
    for (int t = 0; t < rows * columns; t++) {
        source[t] = p->source + (t / columns) * p->sourceRow + (t % columns) * p->sourceColumn;
        factor[t] = p->factor + (t / columns) * p->factorRow + (t % columns) * p->factorColumn;
    }
    const ptrdiff_t count = p->count, period = p->period;
    for (ptrdiff_t phase = 0; phase < period && phase + LANES <= count; phase += LANES) {
        Vector right[most];
#pragma clang loop unroll(full)
        for (int t = 0; t < rows * columns; t++) right[t] = load(factor[t] + phase);
        const Vector start = biasAt(bias, phase);
        for (ptrdiff_t i = phase; i + LANES <= count; i += period) {
            Vector sum = start;
            fetchNextRow(p, output, true, i);
#pragma clang loop unroll(full)
            for (int t = 0; t < rows * columns; t++) sum += load(source[t] + i) * right[t];
            store(output + i, sum);
        }
    }
    const ptrdiff_t rest = count % LANES;
    if (rest == 0) return;
    // What is left is computed together with the numbers before it, a second time, or where there are too few by itself.
    const ptrdiff_t last = count >= LANES ? count - LANES : 0, phase = last % period;
    Vector sum = biasAt(bias, phase);
    if (count >= LANES) {
#pragma clang loop unroll(full)
        for (int t = 0; t < rows * columns; t++) sum += load(source[t] + last) * load(factor[t] + phase);
        store(output + last, sum);
    } else {
#pragma clang loop unroll(full)
        for (int t = 0; t < rows * columns; t++) sum += loadFirst(source[t], rest) * load(factor[t]);
        storeFirst(output, sum, rest);
    }
}

// `vectors` vectors at a distance of the period from number i on.
CCNN_INLINE void manyTapsTile(const int vectors, const struct taps *p, ptrdiff_t i, const float *bias, float *output) {
    const ptrdiff_t phase = i % p->period;
    Vector sum[vectors];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[v] = biasAt(bias, phase);
    for (ptrdiff_t row = 0; row < p->rows; row++) {
        const float *source = p->source + row * p->sourceRow + i, *factor = p->factor + row * p->factorRow + phase;
        for (ptrdiff_t column = 0; column < p->columns; column++, source += p->sourceColumn, factor += p->factorColumn) {
            const Vector right = load(factor);
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[v] += load(source + v * p->period) * right;
        }
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) store(output + i + v * p->period, sum[v]);
}

CCNN_INLINE void manyTaps(const struct taps *p, const float *bias, float *output) {
    const ptrdiff_t count = p->count, period = p->period;
    for (ptrdiff_t phase = 0; phase < period; phase += LANES) {
        ptrdiff_t i = phase;
        for (; i + 7 * period + LANES <= count; i += 8 * period) manyTapsTile(8, p, i, bias, output);
        for (; i + period + LANES <= count; i += 2 * period) manyTapsTile(2, p, i, bias, output);
        for (; i + LANES <= count; i += period) manyTapsTile(1, p, i, bias, output);
    }
    const ptrdiff_t rest = count % LANES;
    if (rest == 0) return;
    if (count >= LANES) {
        manyTapsTile(1, p, count - LANES, bias, output);
        return;
    }
    Vector sum = biasAt(bias, 0);
    for (ptrdiff_t row = 0; row < p->rows; row++)
        for (ptrdiff_t column = 0; column < p->columns; column++)
            sum += loadFirst(p->source + row * p->sourceRow + column * p->sourceColumn, rest)
                * load(p->factor + row * p->factorRow + column * p->factorColumn);
    storeFirst(output, sum, rest);
}

CCNN_INLINE void runOutput(const struct taps *p, const float *bias, float *output) {
    if (areSliding(p))
        slidingRun(p, bias, output);
    else if (p->rows == 3 && p->columns == 3)
        fewTaps(3, 3, p, bias, output);
    else if (p->rows == 3 && p->columns == 2)
        fewTaps(3, 2, p, bias, output);
    else if (p->rows == 2 && p->columns == 3)
        fewTaps(2, 3, p, bias, output);
    else if (p->rows == 2 && p->columns == 2)
        fewTaps(2, 2, p, bias, output);
    else if (p->rows == 1 && p->columns == 1)
        fewTaps(1, 1, p, bias, output);
    else
        manyTaps(p, bias, output);
}

CCNN_MULTIVERSIONED
void ccnn_channelwiseOutput(const Rows *p, ptrdiff_t first, ptrdiff_t count, const float *input, const float *kernel,
                            const float *bias, float *output) {
    for (ptrdiff_t y = first; y < first + count; y++) {
        const struct run vertical = runAt(&p->vertical, y);
        float *row = output + y * p->horizontal.output * p->channels;
        for (ptrdiff_t x = 0; x < p->horizontal.output;) {
            const struct run horizontal = runAt(&p->horizontal, x);
            const struct taps taps = tapsOf(p, vertical, horizontal, input, kernel);
            runOutput(&taps, bias, row + x * p->channels);
            x += horizontal.count;
        }
    }
}

// Adds to the sums of a few taps, in registers over a run, what the run contributes.
CCNN_INLINE void tapSums(const int rows, const int columns, const struct taps *p, const float *from,
                         const float *gradient, float *to) {
    enum { most = 9 };
    const float *source[most];
    float *sums[most];
#pragma clang loop unroll(full)
    for (int t = 0; t < rows * columns; t++) {
        source[t] = from + (t / columns) * p->sourceRow + (t % columns) * p->sourceColumn;
        sums[t] = to + (t / columns) * p->factorRow + (t % columns) * p->factorColumn;
    }
    const ptrdiff_t count = p->count, period = p->period;
    for (ptrdiff_t phase = 0; phase < period && phase < count; phase += LANES) {
        Vector sum[most];
#pragma clang loop unroll(full)
        for (int t = 0; t < rows * columns; t++) sum[t] = load(sums[t] + phase);
        ptrdiff_t i = phase;
        for (; i + LANES <= count; i += period) {
            const Vector right = load(gradient + i);
            if (rows > 1) fetchNextRow(p, gradient, false, i);
#pragma clang loop unroll(full)
            for (int t = 0; t < rows * columns; t++) sum[t] += load(source[t] + i) * right;
        }
        if (i < count) {
            const ptrdiff_t rest = count - i;
            const Vector right = loadFirst(gradient + i, rest);
#pragma clang loop unroll(full)
            for (int t = 0; t < rows * columns; t++) sum[t] += loadFirst(source[t] + i, rest) * right;
        }
#pragma clang loop unroll(full)
        for (int t = 0; t < rows * columns; t++) store(sums[t] + phase, sum[t]);
    }
}

// One vector of outputs in `slidingSums`: reads the third column of taps.
CCNN_INLINE void slidingStep(const struct taps *p, const float *gradient, ptrdiff_t i, Vector *sum, const Vector *first,
                             const Vector *second, Vector *third) {
    const Vector right = load(gradient + i);
    fetchNextRow(p, gradient, false, i);
#pragma clang loop unroll(full)
    for (int r = 0; r < 3; r++) {
        third[r] = load(p->source + r * p->sourceRow + i + 2 * p->period);
        sum[3 * r] += first[r] * right;
        sum[3 * r + 1] += second[r] * right;
        sum[3 * r + 2] += third[r] * right;
    }
}

// `tapSums` of nine taps whose columns are a period apart, over whole periods: what one column of taps has read for an output, the column before
// it needs for the next, so that three numbers are read instead of nine.
CCNN_INLINE void slidingSums(const struct taps *p, const float *gradient, float *sums) {
    const ptrdiff_t count = p->count, period = p->period;
    for (ptrdiff_t phase = 0; phase < period; phase += LANES) {
        Vector sum[9], a[3], b[3], c[3];
        float *to = sums + phase;
#pragma clang loop unroll(full)
        for (int t = 0; t < 9; t++) sum[t] = load(to + t / 3 * p->factorRow + t % 3 * p->factorColumn);
#pragma clang loop unroll(full)
        for (int r = 0; r < 3; r++) {
            a[r] = load(p->source + r * p->sourceRow + phase);
            b[r] = load(p->source + r * p->sourceRow + phase + period);
        }
        ptrdiff_t i = phase;
        for (; i + 2 * period < count; i += 3 * period) {
            slidingStep(p, gradient, i, sum, a, b, c);
            slidingStep(p, gradient, i + period, sum, b, c, a);
            slidingStep(p, gradient, i + 2 * period, sum, c, a, b);
        }
        if (i < count) slidingStep(p, gradient, i, sum, a, b, c);
        if (i + period < count) slidingStep(p, gradient, i + period, sum, b, c, a);
#pragma clang loop unroll(full)
        for (int t = 0; t < 9; t++) store(to + t / 3 * p->factorRow + t % 3 * p->factorColumn, sum[t]);
    }
}

CCNN_INLINE void runGradient(const struct taps *p, const float *gradient, float *sums) {
    if (areSliding(p)) {
        slidingSums(p, gradient, sums);
    } else if (p->rows == 3 && p->columns == 3) {
        tapSums(3, 3, p, p->source, gradient, sums);
    } else if (p->rows == 3 && p->columns == 2) {
        tapSums(3, 2, p, p->source, gradient, sums);
    } else if (p->rows == 2 && p->columns == 3) {
        tapSums(2, 3, p, p->source, gradient, sums);
    } else {
        for (ptrdiff_t row = 0; row < p->rows; row++) {
            const float *source = p->source + row * p->sourceRow;
            float *to = sums + row * p->factorRow;
            ptrdiff_t columns = p->columns;
            for (; columns >= 8; columns -= 8, source += 8 * p->sourceColumn, to += 8 * p->factorColumn)
                tapSums(1, 8, p, source, gradient, to);
            if (columns >= 4) {
                tapSums(1, 4, p, source, gradient, to);
                columns -= 4, source += 4 * p->sourceColumn, to += 4 * p->factorColumn;
            }
            for (; columns > 0; columns--, source += p->sourceColumn, to += p->factorColumn)
                tapSums(1, 1, p, source, gradient, to);
        }
    }
}

CCNN_MULTIVERSIONED
void ccnn_channelwiseKernelGradient(const Rows *p, ptrdiff_t first, ptrdiff_t count, const float *input,
                                    const float *gradient, float *kernel) {
    for (ptrdiff_t y = first; y < first + count; y++) {
        const struct run vertical = runAt(&p->vertical, y);
        const float *row = gradient + y * p->horizontal.output * p->channels;
        for (ptrdiff_t x = 0; x < p->horizontal.output;) {
            const struct run horizontal = runAt(&p->horizontal, x);
            const struct taps taps = tapsOf(p, vertical, horizontal, input, kernel);
            runGradient(&taps, row + x * p->channels, kernel + (taps.factor - kernel));
            x += horizontal.count;
        }
    }
}
