/** Help texts: examples first. */
export const help = `diffc: exact derivatives from mathematics as people write it, and fast TypeScript that computes them.

Examples
  diffc "x^2 + y^2"                            print the derivatives
  diffc "x^2 * sin(y)" --wrt x --order 2       second derivative with respect to x
  diffc "x^2 + y^2" --at x=1,y=2               values too
  diffc "x^2*y" --derive hvp --at x=1,y=2,v_x=1,v_y=0   the product of the Hessian with a direction
  diffc "d/dx tanh(x) = 1 - tanh(x)^2"         is this right?
  diffc "norm2(A*x - b)^2" --matrix --wrt x    matrices and vectors
  diffc generate model.diff --out-dir src/gen  a TypeScript module with value and gradient
  diffc check model.diff                       decide the \`check\` lines of a model
  diffc verify model.diff                      are its derivatives right?
  diffc steps "sin(x^2)"                       the derivation, rule by rule
  diffc steps "sin(x^2)" --check "cos(x^2)"    is this answer right?
  diffc accuracy "tanh(x)" --range x=-30:30    the error of the emitted code, in ulp

Commands
  diffc EXPR                   print value and derivatives; the first line is how EXPR was read
  diffc generate [FILES]       write a module for each model file or directory
  diffc check FILE             decide the \`check\` statements of a model
  diffc verify FILE|EXPR       every derivative against differences in 46 digits; exit code 1 when one is wrong
  diffc accuracy FILE|EXPR     the emitted value and gradient against exact ones, in ulp
  diffc steps EXPR             the derivation in numbered steps; --check ANSWER judges an answer
  diffc ops [NAME]             list the operations, or explain one
  diffc explain CODE           explain a diagnostic such as shape-mismatch

Flags of EXPR
  --wrt x,y                    differentiate with respect to these (default: all variables)
  --order N                    derivatives up to order N
  --derive hvp,jvp             instead: value, gradient, jacobian, hessian, hvp, jvp, vjp, gauss_newton,
                               gauss_newton_product, derivative (of order N); directions are called v_x, adjoints u
  --at x=1,y=2 | FILE.json     evaluate there; the file gives {"x": 1, "A": [[1, 2], [3, 4]]}
  --matrix                     one-letter names have kinds: a-g scalars, h-z vectors, A-Z matrices
  --ascii --unicode --latex    notation of the answer (default: ascii)
  --after STAGE                show the result of a stage: parse, elaborate, differentiate, simplify

Flags of generate
  --out-dir DIR                where modules go (default: beside the source, NAME.gen.ts)
  --target ts|js               TypeScript, or JavaScript with declarations (default: ts)
  --check                      compare instead of writing; exit code 1 when a module is stale
  --no-format                  skip prettier
  --quiet                      no line per file

Flags of verify, accuracy and steps
  --points N                   how many points are sampled (verify: 5, accuracy: 20, with --range 1000)
  --seed N                     other random points (default: 1)
  --range x=-700:700,y=0:1     accuracy: sample these intervals, ends included
  --wrt, --matrix, --unicode, --latex as above

Everywhere
  --json                       one JSON object on stdout, also for errors
  --no-color                   plain text (NO_COLOR is honoured too)
  -h, --help    -V, --version  \`-\` reads an expression or a model from standard input

Exit codes: 0 done, 1 the input is wrong or a module is stale, 2 wrong usage, 70 a defect of diffc.
`;
