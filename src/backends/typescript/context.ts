/** What the functions of one module share: names, sizes, and what they turned out to need. */
import type { Input } from '../../elaborate/model.ts';
import { readDim, type Dim } from '../../ir/dim.ts';
import type { Precision } from '../../targets.ts';
import type { EmitPlan } from '../../schedule/plan.ts';
import type { Buffer } from '../../schedule/types.ts';
import { polyKey, sizePoly } from '../../schedule/poly.ts';
import type { Dialect } from './dialect.ts';
import type { Machine } from './machine.ts';
import { helperNames } from './module-functions.ts';
import { capital, identifier, identifiers, Names } from './names.ts';
import { SCRATCH, scratchWord } from './scratch.ts';

export type Struct = 'params' | 'data' | 'hyper';

export interface ScratchArray {
  readonly field: string;
  /** what it is called but for a number */
  readonly word: string;
  readonly shape: readonly Dim[];
}

export class ModuleContext {
  readonly plan: EmitPlan;
  readonly dialect: Dialect;
  /** values at the top of the module and inside `create` */
  readonly names = new Names();
  readonly fieldOf: ReadonlyMap<string, string>;
  readonly sizeOf: ReadonlyMap<string, string>;
  readonly sizesUsed = new Set<string>();
  readonly kernels = new Set<string>();
  readonly helpers = new Set<string>();
  readonly scratch: ScratchArray[] = [];
  readonly #scratchFields = new Names();
  /** names of the tables the module carries, by what is in them */
  readonly tables = new Map<Buffer, string>();
  /** checks of elements that are not plain numbers, by input name */
  readonly checked = new Map<string, { readonly name: string; readonly line: string }>();
  /** what holds the arrays of a function's last call, once they are known to be right, and its fields */
  readonly remembered = new Map<string, readonly string[]>();
  /** functions of the caller in use: field name → arity */
  readonly calls = new Map<string, { readonly name: string; readonly orders: readonly number[] }>();

  /** machine code that stands beside the text; set before functions are written */
  machine: Machine | undefined;
  /** of the arrays that are passed; what JavaScript computes between them is always double */
  precision: Precision = 'f64';

  constructor(plan: EmitPlan, dialect: Dialect, kernelNames: readonly string[]) {
    this.plan = plan;
    this.dialect = dialect;
    for (const name of [...PARAMETERS, SCRATCH, ...(plan.prepared.length > 0 ? ['prepared'] : []), 'create', ...helperNames(), ...kernelNames]) this.names.claim(name);
    this.sizeOf = identifiers(plan.dims.map((d) => d.name), this.names);
    // fields live in structs: they need to differ from each other only
    this.fieldOf = identifiers(plan.inputs.map((i) => i.name), new Names());
  }

  /** Sizes known only at run time make the module a factory. */
  get symbolic(): boolean {
    return this.plan.dims.some((d) => d.value === undefined);
  }
  size(symbol: string): string {
    this.sizesUsed.add(symbol);
    return this.sizeOf.get(symbol) ?? identifier(symbol);
  }
  field(input: string): string {
    return this.fieldOf.get(input) ?? identifier(input);
  }
  /** Fields of a result struct: what belongs to an input is called like it. */
  resultFields(names: readonly string[]): Map<string, string> {
    const scope = new Names();
    const own = names.filter((name) => this.fieldOf.has(name));
    const fields = new Map(own.map((name) => [name, scope.claim(this.field(name))]));
    for (const [name, field] of identifiers(names.filter((n) => !fields.has(n)), scope)) fields.set(name, field);
    return fields;
  }
  helper(name: string): string {
    this.helpers.add(name);
    return name;
  }
  callName(name: string, orders: readonly number[]): string {
    const field = callField(name, orders);
    this.calls.set(field, { name, orders });
    return `functions.${field}`;
  }
  /**
   * The fields for as many arrays, called like these. V8 knows where the object is and reads its fields; elements of an
   * array that is replaced cost a nanosecond in a function that takes twenty.
   */
  rememberArrays(arrays: readonly string[]): string[] {
    const name = this.names.claim('seen');
    const scope = new Names();
    const fields = arrays.map((array) => scope.claim(identifier(array.split('.').at(-1) ?? array)));
    this.remembered.set(name, fields);
    return fields.map((field) => `${name}.${field}`);
  }
  table(buffer: Buffer): string {
    const name = this.tables.get(buffer) ?? this.names.claim(scratchWord(buffer.name));
    this.tables.set(buffer, name);
    return name;
  }
  /** The field of a new array. */
  allocate(hint: string, shape: readonly Dim[]): string {
    const word = scratchWord(hint);
    const field = this.#scratchFields.claim(word);
    this.scratch.push({ field, word, shape });
    return field;
  }
  /** The field of an array as long as this that is not `taken`: functions run one at a time and leave nothing behind. */
  room(hint: string, shape: readonly Dim[], taken: ReadonlySet<string>): string {
    const length = polyKey(sizePoly(shape));
    const free = this.scratch.filter((s) => !taken.has(s.field) && polyKey(sizePoly(s.shape)) === length);
    return (free.find((s) => s.word === scratchWord(hint)) ?? free[0])?.field ?? this.allocate(hint, shape);
  }
}

/** The interface of what `prepare` makes. */
export const PREPARED = 'Prepared';

/** Parameters of emitted functions. */
const PARAMETERS = ['params', 'data', 'hyper', 'out', 'direction', 'functions', 'dims'];

/** u, du, d2u for one argument; f, df_1_0 for several. */
export function callField(name: string, orders: readonly number[]): string {
  const own = identifier(name);
  const total = orders.reduce((a, b) => a + b, 0);
  if (total === 0) return own;
  if (orders.length === 1) return `d${total === 1 ? '' : total}${own}`;
  return `d${own}_${orders.join('_')}`;
}

export function structOf(input: Input): Struct {
  switch (input.role) {
    case 'param': case 'variable': return 'params';
    case 'data': return 'data';
    case 'hyper': return 'hyper';
  }
}

/** An array that is passed. */
export type ArrayType = 'Float64Array' | 'Float32Array' | 'Int32Array';

export function arrayType({ precision }: ModuleContext, element: Input['element'] = 'real'): ArrayType {
  if (element === 'index') return 'Int32Array';
  return precision === 'f64' ? 'Float64Array' : 'Float32Array';
}

/** `N×D`, with the names the module uses. */
export function shapeText(ctx: ModuleContext, shape: readonly Dim[]): string {
  return shape.map((dim) => {
    const { base, offset } = readDim(dim);
    if (base === undefined) return String(offset);
    const name = ctx.sizeOf.get(base) ?? identifier(base);
    return offset === 0 ? name : `(${name}${offset > 0 ? '+' : '-'}${Math.abs(offset)})`;
  }).join('×');
}

/** `mlp_loss` → `MlpLoss` */
export function typeName(name: string): string {
  return identifier(name).split('_').map(capital).join('');
}
