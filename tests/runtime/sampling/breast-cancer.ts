/**
 * Posterior of samples/inference/logistic-regression.diff for the first ten predictors of ../shared/data/breast_cancer.csv
 * in standard units, scale = 1: mean and standard deviation with their Monte Carlo standard errors, from 100,000 draws
 * of NumPyro 0.22.0 (NUTS, 4 chains, doubles; R-hat of all at most 1.00004).
 */
export const breastCancer: Readonly<Record<string, readonly [mean: number, mcseMean: number, sd: number, mcseSd: number]>> = {
  alpha: [0.62079, 0.00070042, 0.22621, 0.00068392],
  'beta[0]': [-1.0515, 0.0026388, 0.82506, 0.0025213],
  'beta[1]': [-1.4596, 0.00069166, 0.23472, 0.00074894],
  'beta[2]': [-0.96706, 0.002671, 0.83491, 0.0025879],
  'beta[3]': [-1.3339, 0.0027638, 0.84774, 0.0025741],
  'beta[4]': [-1.0185, 0.001187, 0.34106, 0.00094955],
  'beta[5]': [0.2714, 0.0017308, 0.52687, 0.0016236],
  'beta[6]': [-1.1016, 0.0016382, 0.47987, 0.0014266],
  'beta[7]': [-1.6486, 0.0022113, 0.66358, 0.001956],
  'beta[8]': [-0.4361, 0.00074532, 0.27245, 0.00092848],
  'beta[9]': [0.43795, 0.0014887, 0.43883, 0.0013384],
};
