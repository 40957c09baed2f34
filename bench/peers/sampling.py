"""The posteriors of bench/workloads/sampling.ts by NumPyro: reads `posterior|seed|file` lines, writes the draws into the
file (doubles, chain by chain, draw by draw) and answers the processor seconds of warm-up and sampling, compilation left out.
"""
import os
import sys
import time

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS

numpyro.enable_x64()
warmup, kept = int(sys.argv[1]), int(sys.argv[2])


def wave(*shape):
    return np.sin(np.arange(1.0, 1 + int(np.prod(shape))) ** 2).reshape(shape)


def eight_schools():
    y = jnp.array([28.0, 8, -3, 7, -1, 1, 18, 12])
    s = jnp.array([15.0, 10, 16, 11, 9, 11, 10, 18])

    def model():
        mu = numpyro.sample("mu", dist.Normal(0, 5))
        tau = numpyro.sample("tau", dist.HalfCauchy(5))
        eta = numpyro.sample("eta", dist.Normal(0, 1).expand([8]))
        numpyro.deterministic("theta", mu + tau * eta)
        numpyro.sample("y", dist.Normal(mu + tau * eta, s), obs=y)

    return model, ["mu", "tau", "theta"]


def normal():
    n, rho = 100, 0.9
    i = np.arange(n)
    P = jnp.array(np.linalg.inv(rho ** np.abs(i[:, None] - i[None, :])))

    def model():
        x = numpyro.sample("x", dist.ImproperUniform(dist.constraints.real_vector, (), (n,)))
        numpyro.factor("logp", -0.5 * x @ P @ x)

    return model, ["x"]


def logistic():
    X = jnp.array(wave(500, 20))
    y = jnp.array((wave(500) > 0).astype(float))

    def model():
        alpha = numpyro.sample("alpha", dist.Normal(0, 5))
        beta = numpyro.sample("beta", dist.Normal(0, 1).expand([20]))
        numpyro.sample("y", dist.Bernoulli(logits=alpha + X @ beta), obs=y)

    return model, ["alpha", "beta"]


def chain_of(name):
    """One chain from its key, compiled as a whole: `MCMC.run` of several chains compiles anew in every call."""
    model, sites = {"eight-schools": eight_schools, "normal": normal, "logistic": logistic}[name]()

    def chain(key):
        sampler = MCMC(NUTS(model), num_warmup=warmup, num_samples=kept, num_chains=1, progress_bar=False)
        sampler.run(key)
        draws = sampler.get_samples()
        return [draws[site] for site in sites]

    return jax.jit(chain)


print(f"NumPyro {numpyro.__version__} (JAX {jax.__version__})", flush=True)
chains = {}
for line in sys.stdin:
    name, seed, file = line.strip().split("|")
    if name not in chains:
        chains[name] = chain_of(name)
        jax.block_until_ready(chains[name](jax.random.PRNGKey(0)))
    start = time.process_time()
    runs = [jax.block_until_ready(chains[name](key)) for key in jax.random.split(jax.random.PRNGKey(int(seed)), 4)]
    seconds = time.process_time() - start
    columns = [[np.asarray(site).reshape(kept, -1) for site in run] for run in runs]
    np.stack([np.concatenate(run, -1) for run in columns]).astype("<f8").tofile(file)
    print(seconds, flush=True)
