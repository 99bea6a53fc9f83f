// Measures the errors of GELU, the exponential and the sigmoid over all floats, by double precision. The
// functions are copies of Sources/Operations/Reference/Float+VectorFunctions.swift. Takes some minutes.
//
//   cc -O3 -ffp-contract=off -march=native measure_vector_functions.c -o measure -lm && ./measure

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t bits(float x) {
  uint32_t pattern;
  memcpy(&pattern, &x, 4);
  return pattern;
}

static float with_bits(uint32_t pattern) {
  float x;
  memcpy(&x, &pattern, 4);
  return x;
}

static float gelu(float x) {
  float positive = x < 0 ? 0 : x;
  int32_t lowest = (int32_t)bits(-0x1p20f), negative = (int32_t)(bits(x) | 0x80000000u);
  float w = with_bits((uint32_t)(negative > lowest ? lowest : negative));
  float p = fmaf(w + 13.8289223f, w, 48.89291f);
  float q = fmaf(-0.0188564211f, w, 0.0108594727f);
  q = fmaf(q, w, -0.12074808f);
  q = fmaf(q, w, 3.69660354f);
  q = fmaf(q, w, 4.84828806f);
  q = fmaf(q, w, 58.1438332f);
  float root = p / q, square = root * root;
  return fmaf(w, square * square, positive);
}

static float exponential(float x) {
  float y = x > 89 ? 89 : x;
  y = y < -104 ? -104 : y;
  float shifted = fmaf(y, 0x1.715476p+0f, 12583166);
  float n = shifted - 12583166;
  float f = fmaf(n, -0x1.62e43p-1f, y);
  f = fmaf(n, 0x1.05c61p-29f, f);
  float p = fmaf(0.001381457f, f, 0.0083687315f);
  p = fmaf(p, f, 0.04166839f);
  p = fmaf(p, f, 0.16666521f);
  p = fmaf(p, f, 0.49999994f);
  p = fmaf(p, f, 1);
  p = fmaf(p, f, 1);
  uint32_t sum = bits(shifted), half = sum >> 1;
  return p * with_bits(half << 23) * with_bits((sum - half) << 23);
}

static float sigmoid(float x) {
  float z = exponential(with_bits(bits(x) | 0x80000000u));
  return (x < 0 ? z : 1) / (1 + z);
}

static double gelu_exact(double x) { return 0.5 * x * erfc(-x * 0.70710678118654752440); }

static double sigmoid_exact(double x) {
  return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

// The largest error of one kind, and where it is.
typedef struct {
  double most;
  float place;
} Worst;

static void note(Worst *worst, double error, float place) {
  if (!(error <= worst->most)) *worst = (Worst){error, place};
}

static double units(float found, double exact) {
  float magnitude = fabsf((float)exact);
  if (isinf(magnitude)) return isinf(found) ? 0 : INFINITY;
  double unit = (double)nextafterf(magnitude, INFINITY) - magnitude;
  if (isinf(found)) return ((double)magnitude + unit - fabs(exact)) / unit;
  return fabs(found - exact) / unit;
}

int main(void) {
  Worst absolute = {0}, places = {0}, relative = {0}, power = {0}, sigma = {0};
  long lost = 0, changed = 0;
  for (uint64_t pattern = 0; pattern < 0x100000000u; pattern++) {
    float x = with_bits((uint32_t)pattern);
    if (isnan(x)) {
      lost += !isnan(gelu(x)) + !isnan(exponential(x)) + !isnan(sigmoid(x));
      continue;
    }
    note(&power, units(exponential(x), exp(x)), x);
    note(&sigma, units(sigmoid(x), sigmoid_exact(x)), x);
    if (isinf(x)) continue;
    float found = gelu(x);
    double exact = gelu_exact(x);
    if (x >= 0.5f) note(&places, units(found, exact), x);
    if (x < 6) note(&absolute, fabs(found - exact), x);
    if (fabsf(x) <= 0.5f && fabsf(x) >= 0x1p-100f)
      note(&relative, fabs(found - exact) / fabs(exact), x);
    changed += x >= 6 && found != x;
  }
  printf("GELU: error %.3g at %.9g\n", absolute.most, absolute.place);
  printf("  from 0.5 up: %.4f ULP at %.9g\n", places.most, places.place);
  printf("  up to 0.5: relative error %.3g at %.9g\n", relative.most, relative.place);
  printf("  from 6 up: %ld floats change\n", changed);
  printf("exponential: %.4f ULP at %.9g\n", power.most, power.place);
  printf("sigmoid: %.4f ULP at %.9g\n", sigma.most, sigma.place);
  printf("NaNs lost: %ld\n", lost);
}
