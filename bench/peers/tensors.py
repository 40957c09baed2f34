"""NumPy (written by hand), PyTorch and JAX on the workloads of the table: `python tensors.py LIBRARY WORKLOAD [SIZE]`.

Prints the library's name, or `- why not`; then the checksum; then answers each line with the milliseconds of a call.
One thread; double precision.
"""
import os
import sys
import time

for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")


def inputs(np, name, size):
    """Parameters in the order of their gradients, and data."""

    def waves(phase, scale, *shape):
        return (scale * 0.5 * np.sin(12.9898 * np.arange(1, 1 + int(np.prod(shape))) + phase)).reshape(shape)

    number = np.float64
    if name == "bowl":
        return (number(1.5), number(-0.25)), ()
    if name == "rosenbrock":
        return (waves(0.1, 2, 10),), ()
    if name == "linear-regression":
        return (number(0.3), number(-0.1)), (waves(0.5, 2, size), waves(1.5, 2, size))
    if name.startswith("logistic"):
        n, d = 10000, 50
        return (waves(0.3, 1, d), number(0.1)), (waves(0.1, 2, n, d), (waves(0.7, 1, n) > 0).astype(float))
    if name == "network":
        return (waves(0.3, 1, 10, 5), waves(0.9, 1, 5), waves(1.1, 1, 5), number(0.05)), (waves(0.1, 2, 100, 10), waves(0.7, 2, 100))
    if name == "classifier":
        n, d, h, c = 256, 784, 128, 10
        classes = np.zeros((n, c))
        classes[np.arange(n), (np.arange(n) * 7 + 3) % c] = 1
        return (waves(0.3, 0.1, d, h), waves(0.9, 0.1, h), waves(1.1, 1, h, c), waves(1.3, 1, c)), (waves(0.1, 2, n, d), classes)
    if name == "mixture":
        n, d, k = 1000, 10, 25
        return (waves(0.3, 1, k), waves(0.5, 2, k, d), waves(0.7, 0.5, k, d), waves(0.9, 0.5, k, d, d)), (waves(0.1, 2, n, d),)
    return None


def losses(m):
    """By name; m has the library's functions of arrays."""

    def rosenbrock(x):
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    def mixture(alpha, mu, q, l, x):
        n, d = x.shape
        k = alpha.shape[0]
        lower = m["tril"](l)
        e = m["exp"](q)
        c = x[:, None, :] - mu
        white = e * c + m["einsum"]("kij,nkj->nki", lower, c)
        inner = alpha + q.sum(1) - (white * white).sum(2) / 2
        from math import lgamma, log, pi, sqrt

        dof = d + 3
        constant = dof * d * log(1.5 / sqrt(2)) - d * (d - 1) / 4 * log(pi) - sum(lgamma((dof + 1 - j) / 2) for j in range(1, d + 1))
        prior = (1.5**2 / 2 * ((e * e).sum() + (lower * lower).sum()) - 2 * q.sum()) - k * constant
        return m["logsumexp"](inner, 1).sum() - n * m["logsumexp"](alpha, 0) - n * d / 2 * log(2 * pi) + prior

    def logistic(w, b, X, y):
        z = X @ w + b
        return (m["softplus"](z) - y * z).mean() + 0.005 * (w * w).sum()

    return {
        "bowl": lambda x, y: x * x + y * y,
        "rosenbrock": rosenbrock,
        "linear-regression": lambda w, b, x, y: ((y - (w * x + b)) ** 2).mean(),
        "logistic-gradient": logistic,
        "logistic-hessian": logistic,
        "network": lambda W1, b1, W2, b2, X, y: ((y - (m["tanh"](X @ W1 + b1) @ W2 + b2)) ** 2).mean(),
        "classifier": lambda W1, b1, W2, b2, X, c: -(m["log_softmax"](m["tanh"](X @ W1 + b1) @ W2 + b2) * c).sum() / 256,
        "mixture": mixture,
    }


def with_torch(np, name, params, data):
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    m = {
        "softplus": torch.nn.functional.softplus, "tanh": torch.tanh, "exp": torch.exp, "einsum": torch.einsum, "logsumexp": torch.logsumexp,
        "log_softmax": lambda z: torch.log_softmax(z, 1), "tril": lambda l: torch.tril(l, -1),
    }
    loss = losses(m)[name]
    p = [torch.tensor(a).requires_grad_() for a in params]
    fixed = [torch.tensor(a) for a in data]
    if name == "logistic-hessian":
        return lambda: (0.0, pieces(torch.autograd.functional.hessian(lambda *q: loss(*q, *fixed), tuple(p), vectorize=True)))

    def call():
        value = loss(*p, *fixed)
        return value.item(), torch.autograd.grad(value, p)

    return call


def with_jax(np, name, params, data):
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    m = {
        "softplus": jax.nn.softplus, "tanh": jnp.tanh, "exp": jnp.exp, "einsum": jnp.einsum, "logsumexp": jax.scipy.special.logsumexp,
        "log_softmax": jax.nn.log_softmax, "tril": lambda l: jnp.tril(l, -1),
    }
    loss = losses(m)[name]
    p = tuple(jax.device_put(a) for a in params)
    fixed = tuple(jax.device_put(a) for a in data)
    if name == "logistic-hessian":
        hessian = jax.jit(lambda p, d: jax.hessian(lambda q: loss(*q, *d))(p))
        return lambda: (0.0, pieces(jax.block_until_ready(hessian(p, fixed))))
    run = jax.jit(lambda p, d: jax.value_and_grad(lambda q: loss(*q, *d))(p))
    return lambda: jax.block_until_ready(run(p, fixed))


def pieces(hessian):
    return hessian[0][0], hessian[0][1], hessian[1][1]


def with_numpy(np, name, params, data):
    if name == "bowl":
        x, y = params
        return lambda: (x * x + y * y, (2 * x, 2 * y))
    if name == "linear-regression":
        (w, b), (x, y) = params, data

        def line():
            r = y - (w * x + b)
            return r @ r / len(x), (-2 * (r @ x) / len(x), -2 * r.sum() / len(x))

        return line
    if name.startswith("logistic"):
        (w, b), (X, y) = params, data

        def gradient():
            z = X @ w + b
            e = np.exp(-np.abs(z))
            r = np.where(z >= 0, 1, e) / (1 + e) - y
            return (np.maximum(z, 0) + np.log1p(e) - y * z).mean() + 0.005 * (w @ w), (X.T @ r / len(y) + 0.01 * w, r.mean())

        def hessian():
            e = np.exp(-np.abs(X @ w + b))
            p = e / (1 + e) ** 2 / len(y)
            return 0.0, ((X.T * p) @ X + 0.01 * np.eye(len(w)), X.T @ p, p.sum())

        return gradient if name == "logistic-gradient" else hessian
    if name == "network":
        (W1, b1, W2, b2), (X, y) = params, data

        def network():
            A = np.tanh(X @ W1 + b1)
            r = A @ W2 + b2 - y
            d = 2 * r / len(y)
            B = np.outer(d, W2) * (1 - A * A)
            return r @ r / len(y), (X.T @ B, B.sum(0), A.T @ d, d.sum())

        return network
    if name == "classifier":
        (W1, b1, W2, b2), (X, c) = params, data

        def classifier():
            A = np.tanh(X @ W1 + b1)
            Z = A @ W2 + b2
            Z -= Z.max(1, keepdims=True)
            E = np.exp(Z)
            s = E.sum(1, keepdims=True)
            P = (E / s - c) / len(c)
            B = (P @ W2.T) * (1 - A * A)
            return -(c * (Z - np.log(s))).sum() / len(c), (X.T @ B, B.sum(0), A.T @ P, P.sum(0))

        return classifier
    return None


def main():
    library, name = sys.argv[1:3]
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    try:
        import numpy as np

        made = inputs(np, name, size)
        call = made and {"numpy": with_numpy, "torch": with_torch, "jax": with_jax}[library](np, name, *made)
    except ImportError as error:
        return print("-", error)
    if not call:
        return print("- not for this")
    value, gradient = call()
    flat = np.concatenate([np.ravel(np.asarray(g.detach() if hasattr(g, "detach") else g)) for g in gradient])
    print({"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX"}[library])
    print(float(value) + float(flat @ (1 + np.arange(len(flat)) % 7)), flush=True)
    runs = 1
    for line in sys.stdin:
        least = float(line)
        while True:
            start = time.perf_counter()
            for _ in range(runs):
                call()
            elapsed = 1000 * (time.perf_counter() - start)
            if elapsed >= least:
                break
            runs *= 8 if elapsed < least / 16 else 2
        print(elapsed / runs, flush=True)


main()
