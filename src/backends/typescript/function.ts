/** One function of a module: entry checks, the loops, the exit. */
import { invariant } from '../../diagnostics/internal.ts';
import type { Input } from '../../elaborate/model.ts';
import type { KeptValue } from '../../schedule/plan.ts';
import { isDeclaredDefinite } from '../../elaborate/types.ts';
import { toNumber } from '../../ir/rational.ts';
import type { NodeId } from '../../ir/types.ts';
import { EVALUATED_APART } from './fast-functions.ts';
import { schedule, type LoopForm, type ScheduleInput, type ScheduleOutput, type Scheduled } from '../../schedule/schedule.ts';
import { split } from '../../schedule/split.ts';
import { tabulate } from '../../schedule/table.ts';
import type { BufferId, Stmt } from '../../schedule/types.ts';
import { touched, type Touched } from '../../schedule/visit.ts';
import { arraysCheck, elementCheck, elementRule, sizeText, type PassedArray } from './checks.ts';
import { arrayType, PREPARED, structOf, type ModuleContext } from './context.ts';
import { leafOf } from '../../elaborate/leaf.ts';
import { expressionText, nameOfLocal, type Vocabulary } from './expression.ts';
import { capital, identifier, Names } from './names.ts';
import { findRoom, SCRATCH, scratchWord, type Room } from './scratch.ts';
import { matrixChecks, matrixFill, slotsOf, type MatrixSpec } from './sparse.ts';
import { conditionLocals, statementLines } from './statements.ts';
import { statusCheck, statusReset, type StatusFields } from './status.ts';
import type { FunctionDeclaration, Parameter } from './structure.ts';

export interface FunctionSpec {
  readonly name: string;
  readonly docs: readonly string[];
  /** `scratch`: the elements are not the caller's, they go into a matrix; `kept`: nor are these, products read them */
  readonly outputs: readonly (ScheduleOutput & { readonly prefix?: string; readonly scratch?: boolean; readonly kept?: boolean })[];
  readonly matrices: readonly MatrixSpec[];
  readonly directions: readonly { readonly name: string; readonly node: NodeId }[];
  /** interface of the out struct and of the direction, where there are any */
  readonly outType: string | undefined;
  readonly directionType: string | undefined;
  /** fields of the out struct for matrices that fail */
  readonly status: StatusFields | undefined;
  /** what it computes for its products; of a product, what it reads */
  readonly kept?: KeptRoom;
  /** the out struct as the function makes it, where the caller does not pass one */
  readonly room?: string;
}

/** Arrays that a function keeps for its products. */
export interface KeptRoom {
  /** what the module calls them together */
  readonly struct: string;
  readonly values: readonly KeptValue[];
}

/** A struct a function takes, with what it reads from it. */
interface Taken {
  readonly struct: string;
  readonly entries: { field: string; local: string }[];
}

/** The loops of a function: made before its structs, which tell what may go wrong. */
export function scheduleFunction(ctx: ModuleContext, spec: Pick<FunctionSpec, 'outputs' | 'directions'> & { readonly given?: readonly KeptValue[] }, checkpoints?: number, form: LoopForm = 'blocked'): Scheduled {
  const inputs: ScheduleInput[] = ctx.plan.inputs.map((i) => ({ name: i.name, node: leafOf(i), shape: i.shape, element: i.element, definite: isDeclaredDefinite(i.properties) }));
  const directions: ScheduleInput[] = spec.directions.map((d) => ({ ...d, shape: ctx.plan.b.graph.shape(d.node), element: 'real' }));
  const prepared: ScheduleInput[] = ctx.plan.prepared.map(({ name, leaf, factor }) => ({ name, node: leaf, factor, shape: ctx.plan.b.graph.shape(leaf), element: 'real' }));
  const given = (spec.given ?? []).map(({ name, leaf }): ScheduleInput => ({ name, node: leaf, shape: ctx.plan.b.graph.shape(leaf), element: 'real' }));
  return schedule({ b: ctx.plan.b, inputs: [...inputs, ...directions, ...prepared, ...given], outputs: spec.outputs, names: ctx.plan.names, checkpoints, loops: form, ...(form === 'blocked' ? { apart: EVALUATED_APART } : {}) });
}

/** The function, preceded by its parts when it is too long for one. */
export function emitFunction(ctx: ModuleContext, spec: FunctionSpec, scheduled: Scheduled): FunctionDeclaration[] {
  const { program, parts } = split(tabulate(scheduled));
  const whole: Scheduled = { ...scheduled, ...program };
  const scratch = findRoom(ctx, whole);
  spec.outputs.forEach((o, k) => {
    const buffer = whole.outputBuffers[k];
    if (o.scratch === true && o.kind === 'filled' && buffer !== undefined) scratch.set(buffer, { word: scratchWord(o.name), field: ctx.allocate(o.name, ctx.plan.b.graph.shape(o.node)) });
  });
  if (parts.length === 1) return [new FunctionWriter(ctx, spec, whole, scratch, whole.body).write([])];
  const [last = [], ...before] = [...parts].reverse();
  const { room: _, ...passed } = spec;
  const made = before.reverse().map((body, k) => {
    const name = ctx.names.claim(`${spec.name}Part${k + 1}`);
    const { result: _result, ...part } = { ...whole, body };
    return new FunctionWriter(ctx, { ...passed, name, docs: [] }, part, scratch, body).writePart();
  });
  return [...made, new FunctionWriter(ctx, spec, whole, scratch, last).write(made)];
}

class FunctionWriter {
  readonly ctx: ModuleContext;
  readonly spec: FunctionSpec;
  readonly program: Scheduled;
  readonly names: Names;
  readonly bufferName = new Map<BufferId, string>();
  readonly scratch: ReadonlyMap<BufferId, Room>;
  /** fields of the scratch that the text uses, with their names in it */
  readonly scratchUsed: { readonly field: string; readonly local: string }[] = [];
  readonly cellName = new Map<BufferId, string>();
  /** type and field of results and of what is passed beside the inputs */
  readonly pathOf = new Map<BufferId, string>();
  readonly taken = new Map<string, Taken>();
  /** the caller's arrays as they are checked */
  readonly passed = new Map<BufferId, PassedArray>();
  readonly read: ReadonlySet<BufferId>;
  readonly written: ReadonlySet<BufferId>;
  /** what this text itself evaluates: the parts of a long function have theirs */
  readonly body: readonly Stmt[];
  readonly here: Touched;
  usesFunctions = false;
  usesOut = false;

  constructor(ctx: ModuleContext, spec: FunctionSpec, program: Scheduled, scratch: ReadonlyMap<BufferId, Room>, body: readonly Stmt[]) {
    this.ctx = ctx;
    this.body = body;
    this.scratch = scratch;
    this.spec = spec;
    this.program = program;
    this.names = new Names(ctx.names);
    const all = touchedWith(program, program.body);
    this.read = all.buffersRead;
    this.written = all.buffersWritten;
    this.here = touchedWith(program, body);
  }

  /** Checks, then the body, or the calls of its parts and what is left. */
  write(parts: readonly FunctionDeclaration[]): FunctionDeclaration {
    const { status } = this.spec;
    if (status !== undefined) this.usesOut = true;
    if (status?.inherited !== undefined) this.reach('prepared');
    const entry = [...this.nameInputs(), ...this.nameOutputs(), ...this.arrayChecks(), ...this.matrixChecks(), ...(status === undefined ? [] : statusReset(status))];
    const calls = parts.map((part) => `${part.name}(${part.parameters.map((p) => p.name).join(', ')});`);
    const passedOn = this.spec.matrices.flatMap(({ seeded }) => (seeded?.products ?? []).flatMap((inner) => inner.needs));
    for (const name of [...parts.flatMap((part) => part.parameters.map((p) => p.name)), ...passedOn]) {
      if (name === 'functions') this.usesFunctions = true;
      else if (name === 'out') this.usesOut = true;
      else this.reach(name);
    }
    return this.declaration(true, entry, calls, () => this.matrixFill());
  }

  /** A piece of a longer function: the whole has checked the arguments. */
  writePart(): FunctionDeclaration {
    const entry = [...this.nameInputs(), ...this.nameOutputs()];
    return this.declaration(false, entry.filter((line) => line.startsWith('const ')), [], () => []);
  }

  declaration(exported: boolean, entry: readonly string[], calls: readonly string[], after: () => readonly string[]): FunctionDeclaration {
    const { program } = this;
    this.nameScratch();
    const vocabulary = this.vocabulary();
    const locals = new Map<number, string>();
    const conditions = conditionLocals(program, this.body);
    const lines = statementLines({ program, vocabulary, conditions, locals }, this.body, this.names, '');
    const filled = after();
    const full: Vocabulary = { ...vocabulary, local: (id) => nameOfLocal(locals.get(id), id), isCondition: (id) => conditions.has(id) };
    const { room, outType } = this.spec;
    const made = room === undefined || outType === undefined ? undefined : { type: outType, line: `const out${this.ctx.dialect.typed(outType)} = ${room};` };
    const native = exported ? this.nativeLines(filled) : [];
    const exit = made !== undefined ? ['return out;'] : program.result === undefined ? [] : [`return ${expressionText(full, program.result)};`];
    return {
      kind: 'function', name: this.spec.name, exported, docs: this.spec.docs,
      parameters: this.parameters(), returns: made?.type ?? (program.result === undefined ? 'void' : 'number'),
      body: [...this.destructured(), ...this.scratchLine(), ...(made === undefined ? [] : [made.line]), ...entry, ...native, ...calls, ...lines, ...filled, ...exit],
    };
  }

  /** The name of an array: one to work in gets it when the text first needs it. */
  bufferText(buffer: BufferId): string | undefined {
    const room = this.scratch.get(buffer);
    const declared = this.program.buffers[buffer];
    if (declared?.use === 'table') return this.ctx.table(declared);
    const known = this.bufferName.get(buffer);
    if (known !== undefined || room === undefined) return known;
    const local = this.names.claim(room.word);
    this.scratchUsed.push({ field: room.field, local });
    this.bufferName.set(buffer, local);
    return local;
  }
  /** Before the statements that use them name their locals. */
  nameScratch(): void {
    const { here, program } = this;
    for (const { id } of program.buffers) if (here.buffersRead.has(id) || here.buffersWritten.has(id)) this.bufferText(id);
  }
  /**
   * The function looks its arrays up once, before its loops. V8 then makes their addresses part of the code; arrays that
   * loops reach in the scope outside it looks up, and checks, at each access (the LSTM took 1.5 times as long).
   */
  scratchLine(): string[] {
    return this.scratchUsed.length === 0 ? [] : [`const { ${fieldList(this.scratchUsed)} } = ${SCRATCH};`];
  }

  vocabulary(): Omit<Vocabulary, 'local' | 'isCondition'> {
    const { ctx, program } = this;
    const named = (name: string | undefined, id: BufferId): string => {
      invariant(name !== undefined, 'emit', `buffer ${id} (${program.buffers[id]?.name ?? ''}) has no name`);
      return name;
    };
    return {
      dialect: ctx.dialect,
      isOffset: (id) => program.locals[id]?.offset === true,
      size: (symbol) => ctx.size(symbol),
      buffer: (id) => {
        if (this.isCallers(id)) this.usesOut = true;
        return named(this.bufferText(id), id);
      },
      cell: (id) => {
        if (this.isCallers(id)) this.usesOut = true;
        return named(this.cellName.get(id), id);
      },
      isScalar: (id) => program.buffers[id]?.shape.length === 0,
      call: (name, orders) => {
        this.usesFunctions = true;
        return ctx.callName(name, orders);
      },
      kernel: (name) => {
        ctx.kernels.add(name);
        return name;
      },
      status: (value, guard) => {
        invariant(this.spec.status, 'emit', 'a matrix may fail and nothing says so');
        this.usesOut = true;
        return statusCheck(this.spec.status, value, guard);
      },
    };
  }

  // ---- inputs ------------------------------------------------------------------------------------------

  reach(struct: string): Taken {
    let taken = this.taken.get(struct);
    if (taken === undefined) this.taken.set(struct, (taken = { struct, entries: [] }));
    return taken;
  }
  take(struct: string, field: string, local: string): void {
    this.reach(struct).entries.push({ field, local });
  }
  /** Arrays are checked even where only a part reads them; so are scalars that have a rule. */
  needs(buffer: BufferId, struct: string): boolean {
    const scalar = this.program.buffers[buffer]?.shape.length === 0;
    if (this.spec.matrices.some((m) => m.positions.some((i) => this.program.inputBuffers[this.ctx.plan.inputs.indexOf(i)] === buffer))) return true;
    if (scalar && (struct === 'params' || struct === 'direction' || struct === 'prepared')) return (this.ctx.machine?.function(this.spec.name) === undefined ? this.here.buffersRead : this.read).has(buffer);
    return this.read.has(buffer) || (!scalar && this.written.has(buffer));
  }

  /** Names what the program reads and checks it. */
  nameInputs(): string[] {
    const { ctx, program, spec } = this;
    const lines: string[] = [];
    for (const [k, input] of ctx.plan.inputs.entries()) {
      const buffer = program.inputBuffers[k] ?? -1;
      const field = ctx.field(input.name);
      const struct = structOf(input);
      this.cellName.set(buffer, `${struct}.${field}`);
      if (this.needs(buffer, struct)) {
        const local = this.names.claim(field);
        this.bufferName.set(buffer, local);
        lines.push(...this.inputLines(input, buffer, struct, field, local));
      } else if (this.written.has(buffer)) {
        // a scalar that is only written is reached through its struct
        this.reach(struct);
      }
    }
    const first = ctx.plan.inputs.length;
    this.nameGiven(first + spec.directions.length + ctx.plan.prepared.length);
    return [...lines, ...this.nameFurther('direction', spec.directions, first), ...this.nameFurther('prepared', ctx.plan.prepared, first + spec.directions.length)];
  }

  /** What the function that asks for this product has kept; a function that keeps has no such buffers. */
  nameGiven(first: number): void {
    this.spec.kept?.values.forEach(({ name }, k) => {
      const buffer = this.program.inputBuffers[first + k];
      if (buffer !== undefined && this.read.has(buffer)) this.nameKept(buffer, name);
    });
  }

  nameKept(buffer: BufferId, name: string): void {
    const { kept } = this.spec;
    invariant(kept, 'emit', `nothing is kept, but ${name}`);
    const field = this.ctx.resultFields(kept.values.map((v) => v.name)).get(name) ?? identifier(name);
    const local = this.names.claim(field);
    this.bufferName.set(buffer, local);
    this.cellName.set(buffer, `${kept.struct}.${field}`);
    this.pathOf.set(buffer, `${kept.struct}.${field}`);
    this.take(kept.struct, field, local);
  }

  /** What is passed beside the inputs of the model; their buffers come after those, from number `first` on. */
  nameFurther(struct: 'direction' | 'prepared', values: readonly { readonly name: string; readonly node: NodeId }[], first: number): string[] {
    const { spec } = this;
    const fields = this.ctx.resultFields(values.map((v) => v.name));
    return values.flatMap((value, k) => {
      const buffer = this.program.inputBuffers[first + k] ?? -1;
      const shape = this.ctx.plan.b.graph.shape(value.node);
      if (!this.needs(buffer, struct)) return [];
      const field = fields.get(value.name) ?? identifier(value.name);
      const local = this.names.claim(field);
      this.bufferName.set(buffer, local);
      this.pathOf.set(buffer, `${struct === 'direction' ? (spec.directionType ?? '') : struct}.${field}`);
      this.cellName.set(buffer, `${struct}.${field}`);
      this.take(struct, field, local);
      if (shape.length > 0) this.expect(buffer, `${struct}.${field}`, local, shape);
      return [];
    });
  }

  inputLines(input: Input, buffer: BufferId, struct: string, field: string, local: string): string[] {
    const { ctx } = this;
    if (struct === 'hyper' && input.initial !== undefined && input.shape.length === 0) {
      this.reach(struct);
      const value = ctx.plan.b.constantOf(input.initial);
      if (value !== undefined) {
        const text = expressionText({ ...this.vocabulary(), local: () => '', isCondition: () => false }, { kind: 'number', value: toNumber(value) });
        return [`const ${local} = hyper.${field} ?? ${text};`, ...this.scalarCheck(input, struct, local)];
      }
    }
    this.take(struct, field, local);
    if (input.shape.length === 0) return struct === 'params' ? [] : this.scalarCheck(input, struct, local);
    this.expect(buffer, `${struct}.${field}`, local, input.shape, { type: arrayType(ctx, input.element), ...(struct === 'data' ? { elements: elementCheck(ctx, input) } : {}) });
    return [];
  }

  expect(buffer: BufferId, path: string, text: string, shape: readonly string[], further: Partial<PassedArray> = {}): void {
    this.passed.set(buffer, { text, path, length: sizeText(this.ctx, shape), type: arrayType(this.ctx), ...further });
  }
  scalarCheck(input: Input, struct: string, local: string): string[] {
    const rule = elementRule(this.ctx, input, local);
    return [`${this.ctx.helper('checkValue')}('${struct}.${this.ctx.field(input.name)}', ${local}, ${rule.holds}, ${rule.text});`];
  }

  /** An array of the out struct. */
  isCallers(buffer: BufferId): boolean {
    const output = this.spec.outputs[this.program.outputBuffers.indexOf(buffer)];
    return this.program.buffers[buffer]?.use === 'output' && !(output?.kind === 'filled' && output.kept === true);
  }

  // ---- outputs -----------------------------------------------------------------------------------------

  nameOutputs(): string[] {
    const lines: string[] = [];
    const fields = this.ctx.resultFields(this.spec.outputs.flatMap((o) => (o.kind === 'filled' && o.kept !== true ? [o.name] : [])));
    for (const [k, output] of this.spec.outputs.entries()) {
      const buffer = this.program.outputBuffers[k];
      if (output.kind === 'rows' && buffer !== undefined) lines.push(...this.nameRows(output.name, buffer));
      if (output.kind !== 'filled' || buffer === undefined || output.scratch === true) continue;
      if (output.kept === true) {
        if (this.read.has(buffer) || this.written.has(buffer)) this.nameKept(buffer, output.name);
        continue;
      }
      const field = fields.get(output.name) ?? identifier(output.name);
      this.cellName.set(buffer, `out.${field}`);
      this.bufferName.set(buffer, `out.${field}`);
      this.pathOf.set(buffer, `${this.spec.outType ?? ''}.${field}`);
      const shape = this.program.buffers[buffer]?.shape ?? [];
      if (shape.length === 0 || !(this.read.has(buffer) || this.written.has(buffer))) continue;
      this.usesOut = true;
      const local = this.names.claim(prefixed(output.prefix, field));
      this.bufferName.set(buffer, local);
      lines.push(`const ${local} = out.${field};`);
      if (this.spec.room === undefined) this.expect(buffer, `out.${field}`, local, shape);
    }
    return lines;
  }

  /** Rows of a matrix: a part of its values. */
  nameRows(array: string, buffer: BufferId): string[] {
    if (this.bufferName.has(buffer)) return [];
    const found = this.spec.matrices.flatMap((m) => (m.plan.filled ?? []).map((rows, k) => ({ rows, path: `${m.field}.parts`, k }))).find(({ rows }) => rows.array === array);
    invariant(found, 'emit', `no matrix has the rows ${array}`);
    const { rows, path, k } = found;
    this.usesOut = true;
    const local = this.names.claim(identifier(array));
    this.bufferName.set(buffer, local);
    this.cellName.set(buffer, `out.${path}[${k}]`);
    this.pathOf.set(buffer, `${this.spec.outType ?? ''}.${path}[${k}]`);
    // values of a matrix are doubles in every module
    this.expect(buffer, `out.${path}[${k}]`, local, rows.shape, { type: 'Float64Array' });
    return [`const ${local} = ${this.ctx.dialect.element(`out.${path}`, String(k))};`];
  }

  /** The machine code in place of the loops, where there is some. */
  nativeLines(filled: readonly string[]): string[] {
    const { ctx, program, spec } = this;
    const native = ctx.machine?.function(spec.name);
    if (ctx.machine === undefined || native === undefined) return [];
    const slots = new Map<BufferId, number>();
    const args = native.parameters.map((buffer) => {
      const local = this.bufferText(buffer) ?? '';
      const declared = program.buffers[buffer];
      if (declared === undefined || declared.shape.length === 0) return local;
      const slot = ctx.machine?.slot(this.slotKey(buffer, local), declared.shape, arrayType(ctx, declared.element)) ?? 0;
      slots.set(buffer, slot);
      return `machine.${declared.use === 'output' ? 'room' : 'enter'}(${slot}, ${local})`;
    });
    if (native.cells.some((b) => this.isCallers(b))) this.usesOut = true;
    const call = `${ctx.dialect.element('machine.call', `'${native.name}'`)}(${args.join(', ')})`;
    const names = new Names(this.names);
    const result = native.returns ? names.claim('result') : '';
    const lines = [
      `${native.returns ? `const ${result} = ` : ''}${call};`,
      ...[...slots].filter(([buffer]) => this.written.has(buffer)).map(([buffer, slot]) => `machine.leave(${slot}, ${this.bufferName.get(buffer) ?? ''});`),
      ...native.cells.map((buffer, k) => `${this.cellName.get(buffer) ?? ''} = ${ctx.dialect.element('machine.cells', String(k))};`),
      ...filled,
      native.returns ? `return ${result};` : 'return;',
    ];
    return ['if (machine !== undefined) {', ...lines.map((line) => `  ${line}`), '}'];
  }

  /** What an array is, whoever passes it: its place in memory is kept by this name. */
  slotKey(buffer: BufferId, local: string): string {
    const { ctx, program, spec } = this;
    const at = program.inputBuffers.indexOf(buffer);
    const input = ctx.plan.inputs[at];
    if (input !== undefined) return `${structOf(input)}.${ctx.field(input.name)}`;
    const path = this.pathOf.get(buffer);
    return path ?? `${spec.name}.${local}`;
  }

  /** Arrays of the last call have only to have their elements still, which a transfer takes away; others are checked. */
  arrayChecks(): string[] {
    const { filled, others } = this.passedArrays();
    const all = [...filled, ...others];
    if (all.length === 0) return [];
    const known = this.ctx.rememberArrays(all.map(({ text }) => text));
    const other = all.flatMap(({ text, length }, k) => [`${text} !== ${known[k]}`, ...(length === undefined ? [] : [`${text}.length !== ${length}`])]).join(' || ');
    return [`if (${other}) [${known.join(', ')}] = ${arraysCheck(this.ctx, filled.length, all)};`];
  }

  /** The caller's arrays, those that are filled apart from those that are only read. */
  passedArrays(): { readonly filled: readonly PassedArray[]; readonly others: readonly PassedArray[] } {
    const { program, spec } = this;
    const values = spec.matrices.filter((m) => m.plan.filled === undefined).map((m) => `out.${m.field}.values`);
    const filled = new Set([...this.passed.keys()].filter((buffer) => program.buffers[buffer]?.use === 'output' || this.written.has(buffer)));
    return {
      filled: [...[...filled].flatMap((buffer) => this.passed.get(buffer) ?? []), ...values.map((text): PassedArray => ({ text, path: text, type: 'Float64Array' }))],
      others: [...[...this.passed].filter(([buffer]) => !filled.has(buffer)).map(([, array]) => array), ...spec.matrices.flatMap((m) => slotsOf(this.ctx, m))],
    };
  }

  matrixChecks(): string[] {
    const local = (input: Input): string => this.bufferName.get(this.program.inputBuffers[this.ctx.plan.inputs.indexOf(input)] ?? -1) ?? '';
    return this.spec.matrices.flatMap((m) => matrixChecks(this.ctx, m, local));
  }

  matrixFill(): string[] {
    if (this.spec.matrices.length > 0) this.usesOut = true;
    const buffer = (output: number): string => this.bufferText(this.program.outputBuffers[output] ?? -1) ?? '';
    return this.spec.matrices.flatMap((m) => matrixFill(this.ctx, m, this.names, buffer));
  }

  // ---- the frame ---------------------------------------------------------------------------------------

  destructured(): string[] {
    return [...this.taken.values()].filter((t) => t.entries.length > 0).map(({ struct, entries }) => `const { ${fieldList(entries)} } = ${struct};`);
  }

  /** A struct that takes nothing but the status may be left out. */
  optionalOut(): { initial?: string } {
    const { status, outputs, matrices } = this.spec;
    if (status === undefined || matrices.length > 0 || outputs.some((o) => o.kind === 'filled' && o.scratch !== true && o.kept !== true)) return {};
    return { initial: `{ ${[status.status, status.failed].filter((name) => name !== undefined).map((name) => `${name}: 0`).join(', ')} }` };
  }

  parameters(): Parameter[] {
    const { ctx, spec } = this;
    const parameters: Parameter[] = [];
    if (this.taken.has('params')) parameters.push({ name: 'params', type: 'Params' });
    if (this.taken.has('data')) parameters.push({ name: 'data', type: 'Data' });
    if (this.taken.has('prepared')) parameters.push({ name: 'prepared', type: PREPARED });
    if (this.taken.has('direction') && spec.directionType !== undefined) parameters.push({ name: 'direction', type: spec.directionType });
    if (this.usesOut && spec.outType !== undefined && spec.room === undefined) parameters.push({ name: 'out', type: spec.outType, ...this.optionalOut() });
    if (this.usesFunctions && !ctx.symbolic) parameters.push({ name: 'functions', type: 'Functions' });
    if (this.taken.has('hyper')) {
      const optional = ctx.plan.inputs.every((i) => i.role !== 'hyper' || (i.initial !== undefined && i.shape.length === 0));
      parameters.push({ name: 'hyper', type: 'Hyper', ...(optional ? { initial: '{}' } : {}) });
    }
    return parameters;
  }
}

/** What statements of a program touch, and what its result does. */
const touchedWith = ({ result }: Scheduled, body: readonly Stmt[]): Touched => touched({ kind: 'if', when: result ?? { kind: 'number', value: 0 }, body });

/** Fields as a function takes them out of a struct. */
const fieldList = (entries: readonly { readonly field: string; readonly local: string }[]): string => entries.map(({ field, local }) => (field === local ? field : `${field}: ${local}`)).join(', ');

/** gW1, gb, gAlpha */
function prefixed(prefix: string | undefined, field: string): string {
  if (prefix === undefined) return `out${capital(field)}`;
  return /^[a-z]\d*$/.test(field) ? `${prefix}${field}` : `${prefix}${capital(field)}`;
}
