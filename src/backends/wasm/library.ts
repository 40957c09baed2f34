/**
 * The functions that loops call: our own elementary functions, kernels compiled from their texts, and whatever the
 * JavaScript around the module lends. Made when first wanted, in that order, so that equal programs give equal bytes.
 */
import { invariant } from '../../diagnostics/internal.ts';
import { isKernelName, kernelSource } from '../../kernels/registry.ts';
import type { PrimitiveRow } from '../../ops/schema.ts';
import { rowOf, type OpName } from '../../ops/table.ts';
import type { ImportedFunction } from './binary.ts';
import { Code, type Callee, type Signature } from './code.ts';
import { elementary, isElementary } from './elementary.ts';
import { emitNumber, type Binding } from './emit-formula.ts';
import { callsOf, readFunction, readTemplate, type Formula, type FormulaFunction } from './formula.ts';
import { emitProduct, productSignature, type ProductKind } from './matmul.ts';
import { F64, LOW_HALVES, instructionFor, promoteHigh, promoteLow, scalarLanes, vectorLanes, type Element, type Lanes } from './lanes.ts';

export const HOST_MODULE = 'host';

/** Functions of `Math` that are a few instructions. Zeros keep their sign, and NaN stays. */
const SPELT_OUT: Readonly<Record<string, string>> = {
  'Math.sign': 'function sign(x) {\n  return x > 0 ? 1 : x < 0 ? -1 : x;\n}',
};

export class Library {
  readonly element: Element;
  readonly scalar: Lanes;
  readonly vector: Lanes;
  readonly imports: ImportedFunction[] = [];
  readonly code: Code[] = [];
  readonly #templates = new Map<OpName, Formula>();
  readonly #kernels = new Map<string, FormulaFunction | undefined>();
  readonly #made = new Map<string, Callee>();

  constructor(element: Element) {
    this.element = element;
    this.scalar = scalarLanes(element);
    this.vector = vectorLanes(element);
  }

  /** A new function of the module, to be filled. */
  define(signature: Signature): { readonly code: Code; readonly callee: Callee } {
    const code = new Code(signature);
    this.code.push(code);
    return { code, callee: { kind: 'defined', position: this.code.length - 1 } };
  }

  /** A function from outside. */
  lend(imported: ImportedFunction): Callee {
    this.imports.push(imported);
    return { kind: 'imported', position: this.imports.length - 1 };
  }

  /** What an operation computes, over the names of its arguments. */
  operation(op: OpName): { readonly row: PrimitiveRow; readonly formula: Formula } {
    const row = rowOf(op);
    invariant(row.kind === 'primitive', 'wasm', `${op} was not expanded`);
    const known = this.#templates.get(op);
    if (known !== undefined) return { row, formula: known };
    const { ts } = row;
    const formula: Formula | undefined = 'kernel' in ts
      ? { kind: 'call', name: ts.kernel, args: row.args.map((name): Formula => ({ kind: 'name', name })) }
      : readTemplate(ts.inline);
    invariant(formula, 'wasm', `the spelling of ${op} cannot be read`);
    this.#templates.set(op, formula);
    return { row, formula };
  }

  /** Whether an operation is more than instructions. */
  callsFunctions(op: OpName): boolean {
    return callsOf(this.operation(op).formula).some((name) => instructionFor(name) === undefined);
  }

  /** What JavaScript lends for an operation. */
  lenders(op: OpName): string[] {
    return this.#ends(op).filter((name) => !isElementary(name, F64));
  }
  /** Whether an operation needs exp, log or another of our own elementary functions. */
  callsElementary(op: OpName): boolean {
    return this.#ends(op).some((name) => isElementary(name, F64));
  }
  /** The functions of `Math` that its formula and the kernels in it end at. */
  #ends(op: OpName): string[] {
    const found = new Set<string>();
    const seen = new Set<string>();
    const open = callsOf(this.operation(op).formula);
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name) || instructionFor(name) !== undefined) continue;
      seen.add(name);
      const kernel = isElementary(name, F64) ? undefined : this.#kernel(name);
      if (kernel === undefined) found.add(name);
      else open.push(...callsOf(kernel.body));
    }
    return [...found];
  }

  /** Whether vectors go through it at once; otherwise its elements are taken one by one. */
  isVector(name: string): boolean {
    return isElementary(name, F64) || this.#kernel(name) !== undefined;
  }

  /** The function of this name on numbers or vectors. Vectors of what only JavaScript has are taken apart by the caller. */
  callee(name: string, arity: number, lanes: Lanes): Callee {
    const key = `${name}/${lanes.form}/${lanes.element.name}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = this.#make(name, arity, lanes);
    this.#made.set(key, made);
    return made;
  }

  /** The matrix product of a kind. */
  product(kind: ProductKind): Callee {
    const key = `product/${kind.symmetric}/${kind.weighted}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const { code, callee } = this.define(productSignature(this.element));
    this.#made.set(key, callee);
    emitProduct(code, this.scalar, this.vector, kind);
    return callee;
  }

  #make(name: string, arity: number, lanes: Lanes): Callee {
    const signature = { parameters: Array.from({ length: arity }, () => lanes.number), results: [lanes.number] };
    if (isElementary(name, lanes.element)) return lanes.form === 'vector' ? this.#elementary(name, signature, lanes) : this.#oneOf(name, signature, lanes);
    if (lanes.element.name === 'f32') return this.#inDoubles(name, signature, lanes);
    const kernel = this.#kernel(name);
    if (kernel !== undefined) {
      const { code, callee } = this.define(signature);
      const bindings = new Map(kernel.parameters.map((p, k): [string, Binding] => [p, { number: () => void code.get(k) }]));
      emitNumber({ code, lanes, library: this, bindings }, kernel.body);
      return callee;
    }
    invariant(lanes.form === 'scalar', 'wasm', `${name} takes no vectors`);
    return this.lend({ module: HOST_MODULE, name, signature });
  }

  #elementary(name: string, signature: Signature, lanes: Lanes): Callee {
    const { code, callee } = this.define(signature);
    elementary(name, lanes.element, code, (other) => this.callee(other, 1, lanes));
    return callee;
  }
  /** One number through the function for vectors: a result does not depend on where in an array its argument stood. */
  #oneOf(name: string, signature: Signature, { element }: Lanes): Callee {
    const many = this.callee(name, signature.parameters.length, vectorLanes(element));
    const { code, callee } = this.define(signature);
    code.get(0).op(element.splat).call(many).lane(element.extract, 0);
    return callee;
  }
  /** Texts of kernels hold the constants and bounds of doubles: single numbers go through as doubles and are rounded once. */
  #inDoubles(name: string, signature: Signature, { form }: Lanes): Callee {
    const arity = signature.parameters.length;
    if (form === 'scalar') {
      const wide = this.callee(name, arity, scalarLanes(F64));
      const { code, callee } = this.define(signature);
      for (let k = 0; k < arity; k++) code.get(k).op('f64.promote_f32');
      code.call(wide).op('f32.demote_f64');
      return callee;
    }
    const wide = this.callee(name, arity, vectorLanes(F64));
    const { code, callee } = this.define(signature);
    for (const widen of [promoteLow, promoteHigh]) {
      for (let k = 0; k < arity; k++) widen(code, k);
      code.call(wide).op('f32x4.demote_f64x2_zero');
    }
    code.shuffle(LOW_HALVES);
    return callee;
  }
  #kernel(name: string): FormulaFunction | undefined {
    const source = SPELT_OUT[name] ?? (isKernelName(name) ? kernelSource(name).javascript : undefined);
    if (source === undefined) return undefined;
    if (!this.#kernels.has(name)) this.#kernels.set(name, readFunction(source));
    return this.#kernels.get(name);
  }
}
