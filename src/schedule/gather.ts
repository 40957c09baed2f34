/** Finds what of a program walks the data: statements that share one length and touch, row by row, nothing of each other. */
import { independence, type Loop, type Use } from './blocking/independent.ts';
import { workOf } from './blocking/work.ts';
import { dimPoly, evaluatePoly, polyKey, sizePoly, type LocalId, type Poly } from './poly.ts';
import type { SizeHint } from './prepare.ts';
import type { BufferId, Combine, MatmulStmt, MatrixOperand, Program, Stmt } from './types.ts';
import { touched, touchedBeside, type Touched } from './visit.ts';

type Sum = Exclude<Combine, 'set'>;

/** A statement of a group. `along`: the side of a product of matrices that is walked. */
export type Part =
  | { readonly statement: Loop; readonly along: 'loop' }
  | { readonly statement: MatmulStmt; readonly along: 'rows' | 'inner' };

/** Statements over the rows of one length, with what stands between them moved out. */
export interface Group {
  readonly kind: 'group';
  readonly length: Poly;
  /** operations of one row, about */
  readonly work: number;
  readonly parts: readonly Part[];
  readonly before: readonly Stmt[];
  readonly after: readonly Stmt[];
  readonly uses: ReadonlyMap<BufferId, Use>;
  /** locals that the parts add to */
  readonly sums: ReadonlyMap<LocalId, Sum>;
  /** arrays that a product of matrices overwrites with its sums */
  readonly products: ReadonlySet<BufferId>;
}
export type Item = Group | { readonly kind: 'statement'; readonly statement: Stmt };

/** Operations of a whole group below which threads have nothing to gain. */
const LEAST_WORK = 20_000;

/** The body of the program in order, its groups over the length that most of the work goes along. */
export function gather(program: Program, hint: SizeHint): Item[] {
  const lengths = new Map<string, Poly>();
  for (const s of program.body) for (const length of lengthsOf(s)) lengths.set(polyKey(length), length);
  const choices = [...lengths.values()].map((length) => gatherAlong(program, length, hint));
  const gathered = (items: readonly Item[]): number => items.reduce((n, item) => n + (item.kind === 'group' ? item.work * evaluatePoly(item.length, hint, () => 1) : 0), 0);
  const best = choices.sort((a, b) => gathered(b) - gathered(a))[0];
  return best ?? program.body.map((statement) => ({ kind: 'statement', statement }));
}

function lengthsOf(s: Stmt): Poly[] {
  if (s.kind === 'for') return [s.to];
  return s.kind === 'matmul' ? [s.rows, s.inner] : [];
}

function gatherAlong(program: Program, length: Poly, hint: SizeHint): Item[] {
  const items: Item[] = [];
  let open: GroupDraft | undefined;
  const close = (): void => {
    if (open !== undefined) items.push(...open.items());
    open = undefined;
  };
  for (const statement of program.body) {
    const member = memberOf(program, statement, length);
    if (member !== undefined && open?.add(member) !== true) {
      close();
      open = new GroupDraft(length, hint);
      open.add(member);
    } else if (member === undefined) {
      if (open === undefined) items.push({ kind: 'statement', statement });
      else open.moveOut(statement);
    }
  }
  close();
  return items;
}

interface Member {
  readonly part: Part;
  readonly uses: ReadonlyMap<BufferId, Use>;
  readonly sums: ReadonlyMap<LocalId, Sum>;
}

function memberOf(program: Program, s: Stmt, length: Poly): Member | undefined {
  const key = polyKey(length);
  if (s.kind === 'for') {
    const free = s.from.length > 0 || s.step !== undefined || polyKey(s.to) !== key ? undefined : independence(program, s, touchedBeside(program, s));
    return free === undefined ? undefined : { part: { statement: s, along: 'loop' }, uses: free.uses, sums: sumsOf(s) };
  }
  if (s.kind !== 'matmul') return undefined;
  const along = polyKey(s.rows) === key ? 'rows' : polyKey(s.inner) === key ? 'inner' : undefined;
  if (along === undefined) return undefined;
  const read = (o: MatrixOperand, stride: Poly | undefined): Use => ({ kind: 'read', axis: stride === undefined || o.offset.length > 0 ? undefined : axisOfStride(program, o.buffer, stride, key) });
  const uses = new Map<BufferId, Use>();
  const note = (buffer: BufferId, use: Use): void => void uses.set(buffer, met(uses.get(buffer), use) ?? { kind: 'read', axis: undefined });
  note(s.left.buffer, read(s.left, along === 'rows' ? s.left.row : s.left.column));
  note(s.right.buffer, read(s.right, along === 'rows' ? undefined : s.right.row));
  uses.set(s.result, along === 'rows' ? { kind: 'rows', axis: 0 } : { kind: 'sum', combine: 'add' });
  return { part: { statement: s, along }, uses, sums: new Map() };
}

/** The axis that a stride walks along, where it is as long as the group. */
function axisOfStride(program: Program, buffer: BufferId, stride: Poly, length: string): number | undefined {
  const shape = program.buffers[buffer]?.shape ?? [];
  const axis = shape.findIndex((dim, k) => polyKey(dimPoly(dim)) === length && polyKey(sizePoly(shape.slice(k + 1))) === polyKey(stride));
  return axis < 0 ? undefined : axis;
}

/** What a loop adds to, of the locals outside. */
function sumsOf(loop: Loop): Map<LocalId, Sum> {
  const sums = new Map<LocalId, Sum>();
  const visit = (statements: readonly Stmt[], own: ReadonlySet<LocalId>): void => {
    const here = new Set(own);
    for (const s of statements) {
      if (s.kind === 'let' || s.kind === 'var') here.add(s.local);
      if (s.kind === 'assign' && !here.has(s.local) && s.combine !== 'set') sums.set(s.local, s.combine);
      if (s.kind === 'for' || s.kind === 'if') visit(s.body, here);
    }
  };
  visit(loop.body, new Set());
  return sums;
}

/** Two uses of one array by rows that are worked on at the same time; undefined when they get in each other's way. */
function met(a: Use | undefined, b: Use): Use | undefined {
  if (a === undefined) return b;
  if (a.kind === 'own' || b.kind === 'own' || a.kind === 'sum' || b.kind === 'sum') return undefined;
  if (a.kind === 'read' && b.kind === 'read') return a.axis === b.axis ? a : { kind: 'read', axis: undefined };
  return a.axis === b.axis ? { kind: 'rows', axis: a.axis ?? 0 } : undefined;
}

const meet = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean => [...a].some((x) => b.has(x));
/** One of them writes what the other touches. */
function conflict(a: Touched, b: Touched): boolean {
  return meet(a.buffersWritten, b.buffersWritten) || meet(a.buffersWritten, b.buffersRead) || meet(a.buffersRead, b.buffersWritten)
    || meet(a.localsWritten, b.localsWritten) || meet(a.localsWritten, b.localsRead) || meet(a.localsRead, b.localsWritten);
}
const touchedBy = (body: readonly Stmt[]): Touched => touched({ kind: 'if', when: { kind: 'number', value: 0 }, body });

class GroupDraft {
  readonly length: Poly;
  readonly hint: SizeHint;
  readonly parts: Part[] = [];
  readonly before: Stmt[] = [];
  readonly after: Stmt[] = [];
  uses = new Map<BufferId, Use>();
  readonly sums = new Map<LocalId, Sum>();
  readonly products = new Set<BufferId>();
  /** in the order of the program */
  readonly #statements: Stmt[] = [];

  constructor(length: Poly, hint: SizeHint) {
    this.length = length;
    this.hint = hint;
  }

  add({ part, uses, sums }: Member): boolean {
    const here = touchedBy([part.statement]);
    if (conflict(here, touchedBy(this.after))) return false;
    if ([...here.localsRead, ...here.localsWritten].some((local) => this.sums.has(local))) return false;
    const together = new Map(this.uses);
    for (const [buffer, use] of uses) {
      const both = met(together.get(buffer), use);
      if (both === undefined) return false;
      together.set(buffer, both);
    }
    this.uses = together;
    for (const [local, combine] of sums) this.sums.set(local, combine);
    if (part.along === 'inner') this.products.add(part.statement.result);
    this.parts.push(part);
    this.#statements.push(part.statement);
    return true;
  }

  /** A statement that follows: before everything where it may, else after everything. */
  moveOut(s: Stmt): void {
    const here = touchedBy([s]);
    const free = !conflict(here, touchedBy(this.parts.map((p) => p.statement))) && !conflict(here, touchedBy(this.after));
    (free ? this.before : this.after).push(s);
    this.#statements.push(s);
  }

  items(): Item[] {
    const { length, parts, before, after, uses, sums, products, hint } = this;
    const rows = Math.max(evaluatePoly(length, hint, () => 1), 1);
    const work = workOf(parts.map((p) => p.statement), hint) / rows;
    if (work * rows < LEAST_WORK) return this.#statements.map((statement) => ({ kind: 'statement', statement }));
    return [{ kind: 'group', length, work: Math.ceil(work), parts, before, after, uses, sums, products }];
  }
}
