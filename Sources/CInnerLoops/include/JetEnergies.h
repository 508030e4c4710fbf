// What the jets of every order explain of eight kernels at once, on a grid of places, in double precision.

#ifndef CCNN_JET_ENERGIES_H
#define CCNN_JET_ENERGIES_H

#include <stddef.h>

/// How many kernels lie side by side.
enum { CCNN_KERNEL_LANES = 8 };

/// For each of `places` places along an axis, `count` orthonormal functions of `length` points: place after place, in it function after
/// function. `independence` holds for each function what part of its length the one it was made from has beside the earlier ones, and `sums`
/// its sum over the points, or is null.
struct ccnn_axisBases {
    ptrdiff_t places, count, length;
    const double *functions, *independence, *sums;
};

/// The energies E[v][u][n − first][k] = Σ_{i+j ≤ n} (Σ_{r,c} y[v][j][r] K[r][c][k] x[u][i][c])² for the orders n = first … last and the
/// eight kernels k. Left out are products from the first i on where the independences of i and j have a product below `smallest`.
///
/// Where the axes have sums, a constant beside the functions explains what it can of the rest too: with p_ij its products with them,
/// (Σ K − Σ p_ij C_ij)² / (taps − Σ p_ij²), or nothing where that denominator is below 10⁻⁹ of the taps.
/// `scratch` has room for y.count · x.length · 8 numbers.
void ccnn_jetEnergies(const struct ccnn_axisBases *x, const struct ccnn_axisBases *y, ptrdiff_t first, ptrdiff_t last,
                      double smallest, const double *kernels, double *scratch, double *energies);

#endif
