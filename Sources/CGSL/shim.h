#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fft_real.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_movstat.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_odeiv2.h>
#include <gsl/gsl_poly.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <gsl/gsl_vector.h>

/* GSL names its algorithms by global variables, which Swift 6 takes for shared mutable state. They never change:
   read here, they are plain functions. */
static inline const gsl_root_fsolver_type *highwater_gsl_root_brent(void) { return gsl_root_fsolver_brent; }
static inline const gsl_qrng_type *highwater_gsl_qrng_sobol(void) { return gsl_qrng_sobol; }
static inline const gsl_qrng_type *highwater_gsl_qrng_halton(void) { return gsl_qrng_halton; }
static inline const gsl_odeiv2_step_type *highwater_gsl_odeiv2_msbdf(void) { return gsl_odeiv2_step_msbdf; }
static inline const gsl_odeiv2_step_type *highwater_gsl_odeiv2_rkf45(void) { return gsl_odeiv2_step_rkf45; }
static inline const gsl_multifit_nlinear_type *highwater_gsl_multifit_trust(void) {
  return gsl_multifit_nlinear_trust;
}
/* Levenberg-Marquardt steps with Moré's scaling, the solver's defaults otherwise. */
static inline gsl_multifit_nlinear_parameters highwater_gsl_multifit_lm_parameters(void) {
  gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
  parameters.trs = gsl_multifit_nlinear_trs_lm;
  parameters.scale = gsl_multifit_nlinear_scale_more;
  return parameters;
}
