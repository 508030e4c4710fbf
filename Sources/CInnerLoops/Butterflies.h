// Discrete Fourier transforms of a few points, in registers: b[k] = Σ_j a[j] exp(−2πi jk/radix), sixteen at a time.

#ifndef CCNN_BUTTERFLIES_H
#define CCNN_BUTTERFLIES_H

#include "Vectors.h"

typedef struct {
    Vector re, im;
} Complex;

CCNN_INLINE Complex add(Complex a, Complex b) { return (Complex){a.re + b.re, a.im + b.im}; }

CCNN_INLINE Complex subtract(Complex a, Complex b) { return (Complex){a.re - b.re, a.im - b.im}; }

// a − i·b and a + i·b.
CCNN_INLINE Complex subtractTurned(Complex a, Complex b) { return (Complex){a.re + b.im, a.im - b.re}; }

CCNN_INLINE Complex addTurned(Complex a, Complex b) { return (Complex){a.re - b.im, a.im + b.re}; }

CCNN_INLINE Complex scale(Complex a, float factor) { return (Complex){a.re * factor, a.im * factor}; }

CCNN_INLINE Complex addScaled(Complex a, Complex b, float factor) {
    return (Complex){a.re + b.re * factor, a.im + b.im * factor};
}

CCNN_INLINE Complex multiply(Complex a, float re, float im) {
    return (Complex){a.re * re - a.im * im, a.im * re + a.re * im};
}

CCNN_INLINE void butterfly2(Complex *a) {
    const Complex sum = add(a[0], a[1]), difference = subtract(a[0], a[1]);
    a[0] = sum;
    a[1] = difference;
}

CCNN_INLINE void butterfly3(Complex *a) {
    const Complex sum = add(a[1], a[2]), turned = scale(subtract(a[1], a[2]), 0.866025403784438647f);
    const Complex middle = addScaled(a[0], sum, -0.5f);
    a[0] = add(a[0], sum);
    a[1] = subtractTurned(middle, turned);
    a[2] = addTurned(middle, turned);
}

CCNN_INLINE void butterfly4(Complex *a) {
    const Complex even = add(a[0], a[2]), evenDifference = subtract(a[0], a[2]);
    const Complex odd = add(a[1], a[3]), oddDifference = subtract(a[1], a[3]);
    a[0] = add(even, odd);
    a[1] = subtractTurned(evenDifference, oddDifference);
    a[2] = subtract(even, odd);
    a[3] = addTurned(evenDifference, oddDifference);
}

// cos 2π/5, cos 4π/5, sin 2π/5 and sin 4π/5 are the constants.
CCNN_INLINE void butterfly5(Complex *a) {
    const Complex sum1 = add(a[1], a[4]), difference1 = subtract(a[1], a[4]);
    const Complex sum2 = add(a[2], a[3]), difference2 = subtract(a[2], a[3]);
    const Complex even1 = addScaled(addScaled(a[0], sum1, 0.309016994374947424f), sum2, -0.809016994374947424f);
    const Complex even2 = addScaled(addScaled(a[0], sum1, -0.809016994374947424f), sum2, 0.309016994374947424f);
    const Complex odd1 = addScaled(scale(difference1, 0.951056516295153572f), difference2, 0.587785252292473129f);
    const Complex odd2 = addScaled(scale(difference1, 0.587785252292473129f), difference2, -0.951056516295153572f);
    a[0] = add(a[0], add(sum1, sum2));
    a[1] = subtractTurned(even1, odd1);
    a[2] = subtractTurned(even2, odd2);
    a[3] = addTurned(even2, odd2);
    a[4] = addTurned(even1, odd1);
}

// Two times three, by the Chinese remainder theorem and so without factors between (Good and Thomas).
CCNN_INLINE void butterfly6(Complex *a) {
    Complex even[3] = {a[0], a[2], a[4]}, odd[3] = {a[3], a[5], a[1]};
    butterfly3(even);
    butterfly3(odd);
    a[0] = add(even[0], odd[0]);
    a[3] = subtract(even[0], odd[0]);
    a[4] = add(even[1], odd[1]);
    a[1] = subtract(even[1], odd[1]);
    a[2] = add(even[2], odd[2]);
    a[5] = subtract(even[2], odd[2]);
}

CCNN_INLINE void butterfly8(Complex *a) {
    const float half = 0.707106781186547524f;
    Complex even[4] = {a[0], a[2], a[4], a[6]}, odd[4] = {a[1], a[3], a[5], a[7]};
    butterfly4(even);
    butterfly4(odd);
    const Complex turned1 = scale((Complex){odd[1].re + odd[1].im, odd[1].im - odd[1].re}, half);
    const Complex turned3 = scale((Complex){odd[3].im - odd[3].re, -odd[3].re - odd[3].im}, half);
    a[0] = add(even[0], odd[0]);
    a[4] = subtract(even[0], odd[0]);
    a[1] = add(even[1], turned1);
    a[5] = subtract(even[1], turned1);
    a[2] = subtractTurned(even[2], odd[2]);
    a[6] = addTurned(even[2], odd[2]);
    a[3] = add(even[3], turned3);
    a[7] = subtract(even[3], turned3);
}

CCNN_INLINE void butterfly(const int radix, Complex *a) {
    switch (radix) {
        case 2: butterfly2(a); break;
        case 3: butterfly3(a); break;
        case 4: butterfly4(a); break;
        case 5: butterfly5(a); break;
        case 6: butterfly6(a); break;
        default: butterfly8(a); break;
    }
}

#endif
