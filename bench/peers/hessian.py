"""Hessians by PyTorch and JAX, one thread each: reads `peer workload` lines, answers milliseconds per call.

The workloads are those of bench/workloads/hessian.ts; `default` computes row by row, `vectorised` all rows at once.
"""
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np


def wave(*shape):
    return np.sin(12.9898 * np.arange(1, 1 + int(np.prod(shape))) + 0.5).reshape(shape) * 0.5


def workload(name):
    """The arrays and, for a module of array functions, the loss."""
    if name == "quadratic":
        n = 1000
        A, x = wave(n, n), wave(n)
        return (A,), x, lambda m, A: lambda x: x @ (A @ x)
    if name == "factorisation":
        n, k = 100, 5
        T, W, V, U = wave(n, n), (wave(n, n) > 0).astype(float), wave(n, k), wave(n, k)
        return (T, W, V), U, lambda m, T, W, V: lambda U: (W * (T - U @ V.T) ** 2).sum()
    d = int(name.split("-")[1])
    X, y, w = wave(2 * d, d), (wave(2 * d) > 0).astype(float), wave(d)
    return (X, y), w, lambda m, X, y: lambda w: (m["softplus"](X @ w) - y * (X @ w)).mean()


def torch_runs():
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    functions = {"softplus": torch.nn.functional.softplus}

    def run(name, vectorised):
        data, at, loss = workload(name)
        f = loss(functions, *[torch.from_numpy(a) for a in data])
        x = torch.from_numpy(at)
        return lambda: torch.autograd.functional.hessian(f, x, vectorize=vectorised)

    return {"torch default": lambda n: run(n, False), "torch vectorised": lambda n: run(n, True)}, torch.__version__


def jax_runs():
    import jax

    jax.config.update("jax_enable_x64", True)
    functions = {"softplus": jax.nn.softplus}

    def run(name):
        data, at, loss = workload(name)
        h = jax.jit(lambda x, *arrays: jax.hessian(loss(functions, *arrays))(x))
        arrays = [jax.device_put(a) for a in (at, *data)]
        return lambda: h(*arrays).block_until_ready()

    return {"jax jit": run}, jax.__version__


def main():
    peers, versions = {}, []
    for name, make in (("torch", torch_runs), ("jax", jax_runs)):
        try:
            runs, version = make()
            peers.update(runs)
            versions.append(f"{name} {version}")
        except ImportError:
            pass
    print("|".join([",".join(peers), ", ".join(versions)]), flush=True)
    ready = {}
    for line in sys.stdin:
        peer, name = line.strip().split("|")
        if (peer, name) not in ready:
            ready[peer, name] = peers[peer](name)
            ready[peer, name]()
        call, runs, start = ready[peer, name], 0, time.perf_counter()
        while True:
            call()
            runs += 1
            elapsed = time.perf_counter() - start
            if elapsed > 0.03:
                break
        print(1000 * elapsed / runs, flush=True)


main()
