"""SciPy's minimisers on functions that the asking process evaluates: reads `method|x1 x2 …`, then asks line by line
`what iteration x1 x2 …` with what one of value (and gradient), product (x and a vector), residuals, jacobian; an answer
is numbers, or `stop`. Ends with `end`, and reads the next line.
"""
import sys

import numpy as np
import scipy
from scipy.optimize import least_squares, minimize


class Stopped(Exception):
    pass


class Asked:
    """One run: functions whose values come from the other process, and how many iterations are done."""

    def __init__(self):
        self.iterations = 0

    def ask(self, what, *vectors):
        print(what, self.iterations, *(repr(float(v)) for x in vectors for v in x), flush=True)
        line = sys.stdin.readline().strip()
        if line in ("", "stop"):
            raise Stopped()
        return np.array([float(word) for word in line.split()])

    def value(self, x):
        answer = self.ask("value", x)
        return answer[0], answer[1:]

    def product(self, x, v):
        return self.ask("product", x, v)

    def residuals(self, x):
        return self.ask("residuals", x)

    def jacobian(self, x):
        self.iterations += 1
        return self.ask("jacobian", x).reshape(-1, len(x))

    def done(self, *_):
        self.iterations += 1


OPTIONS = {
    "L-BFGS-B": {"gtol": 1e-9, "ftol": 0, "maxiter": 5000, "maxfun": 10**6},
    "CG": {"gtol": 1e-9, "maxiter": 5000},
    "Newton-CG": {"xtol": 1e-15, "maxiter": 5000},
    "trust-ncg": {"gtol": 1e-9, "maxiter": 5000},
}


def run(method, start):
    asked = Asked()
    try:
        if method == "lm":
            least_squares(asked.residuals, start, asked.jacobian, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-14, x_scale="jac")
        else:
            products = {"hessp": asked.product} if method in ("Newton-CG", "trust-ncg") else {}
            minimize(asked.value, start, jac=True, method=method, callback=asked.done, options=OPTIONS[method], **products)
    except Stopped:
        pass


print(f"SciPy {scipy.__version__}", flush=True)
for line in sys.stdin:
    method, start = line.strip().split("|")
    run(method, np.array([float(word) for word in start.split()]))
    print("end", flush=True)
