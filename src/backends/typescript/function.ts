/** One function of a module: entry checks, the loops, the exit. */
import { invariant } from '../../diagnostics/internal.ts';
import type { Input } from '../../elaborate/model.ts';
import { toNumber } from '../../ir/rational.ts';
import type { NodeId } from '../../ir/types.ts';
import { schedule, type ScheduleInput, type ScheduleOutput, type Scheduled } from '../../schedule/schedule.ts';
import type { BufferId } from '../../schedule/types.ts';
import { touched } from '../../schedule/visit.ts';
import { checkName, lastName, scalarRule, sizeText } from './checks.ts';
import { leafOf, structOf, type ModuleContext } from './context.ts';
import { expressionText, type Vocabulary } from './expression.ts';
import { capital, identifier, Names } from './names.ts';
import { statementLines } from './statements.ts';
import type { FunctionDeclaration, Parameter } from './structure.ts';

export interface FunctionSpec {
  readonly name: string;
  readonly docs: readonly string[];
  readonly outputs: readonly (ScheduleOutput & { readonly prefix?: string })[];
  readonly directions: readonly { readonly name: string; readonly node: NodeId }[];
  /** interface of the out struct and of the direction, where there are any */
  readonly outType: string | undefined;
  readonly directionType: string | undefined;
}

/** A struct a function takes, with what it reads from it. */
interface Taken {
  readonly struct: string;
  readonly entries: { field: string; local: string }[];
}

export interface EmittedFunction {
  readonly declaration: FunctionDeclaration;
  readonly program: Scheduled;
}

export function emitFunction(ctx: ModuleContext, spec: FunctionSpec): EmittedFunction {
  const inputs: ScheduleInput[] = ctx.plan.inputs.map((i) => ({ name: i.name, node: leafOf(i), shape: i.shape, element: i.element }));
  const directions: ScheduleInput[] = spec.directions.map((d) => ({ ...d, shape: ctx.plan.b.graph.shape(d.node), element: 'real' }));
  const program = schedule({ b: ctx.plan.b, inputs: [...inputs, ...directions], outputs: spec.outputs, names: ctx.plan.names });
  const writer = new FunctionWriter(ctx, spec, program);
  return { declaration: writer.write(), program };
}

class FunctionWriter {
  readonly ctx: ModuleContext;
  readonly spec: FunctionSpec;
  readonly program: Scheduled;
  readonly names: Names;
  readonly bufferName = new Map<BufferId, string>();
  readonly cellName = new Map<BufferId, string>();
  readonly taken = new Map<string, Taken>();
  readonly read: ReadonlySet<BufferId>;
  readonly written: ReadonlySet<BufferId>;
  usesFunctions = false;

  constructor(ctx: ModuleContext, spec: FunctionSpec, program: Scheduled) {
    this.ctx = ctx;
    this.spec = spec;
    this.program = program;
    this.names = new Names(ctx.names);
    const all = touched({ kind: 'if', when: program.result ?? { kind: 'number', value: 0 }, body: program.body });
    this.read = all.buffersRead;
    this.written = all.buffersWritten;
  }

  write(): FunctionDeclaration {
    const { program } = this;
    const inputLines = this.nameInputs();
    const outputLines = this.nameOutputs();
    for (const b of program.buffers) {
      if (b.use === 'scratch' && (this.read.has(b.id) || this.written.has(b.id))) this.bufferName.set(b.id, this.ctx.allocate(b.name, b.shape));
    }
    const vocabulary = this.vocabulary();
    const locals = new Map<number, string>();
    const lines = statementLines({ program, vocabulary, locals }, program.body, this.names, '');
    const full: Vocabulary = { ...vocabulary, local: (id) => locals.get(id) ?? `undefined_${id}` };
    const exit = program.result === undefined ? [] : [`return ${expressionText(full, program.result)};`];
    return {
      kind: 'function', name: this.spec.name, exported: !this.ctx.symbolic, docs: this.spec.docs,
      parameters: this.parameters(), returns: program.result === undefined ? 'void' : 'number',
      body: [...this.destructured(), ...inputLines, ...outputLines, ...lines, ...exit],
    };
  }

  vocabulary(): Omit<Vocabulary, 'local'> {
    const { ctx, program } = this;
    const named = (map: ReadonlyMap<BufferId, string>, id: BufferId): string => {
      const name = map.get(id);
      invariant(name !== undefined, 'emit', `buffer ${id} (${program.buffers[id]?.name ?? ''}) has no name`);
      return name;
    };
    return {
      dialect: ctx.dialect,
      size: (symbol) => ctx.size(symbol),
      buffer: (id) => named(this.bufferName, id),
      cell: (id) => named(this.cellName, id),
      isScalar: (id) => program.buffers[id]?.shape.length === 0,
      call: (name, orders) => {
        this.usesFunctions = true;
        return ctx.callName(name, orders);
      },
      kernel: (name) => {
        ctx.kernels.add(name);
        return name;
      },
    };
  }

  // ---- inputs ------------------------------------------------------------------------------------------

  take(struct: string, field: string, local: string): void {
    let taken = this.taken.get(struct);
    if (taken === undefined) this.taken.set(struct, (taken = { struct, entries: [] }));
    taken.entries.push({ field, local });
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
      if (input.shape.length > 0 ? this.read.has(buffer) || this.written.has(buffer) : this.read.has(buffer)) {
        const local = this.names.claim(field);
        this.bufferName.set(buffer, local);
        lines.push(...this.inputLines(input, struct, field, local));
      } else if (this.written.has(buffer)) {
        // a scalar that is only written is reached through its struct
        this.taken.set(struct, this.taken.get(struct) ?? { struct, entries: [] });
      }
    }
    const fields = ctx.resultFields(spec.directions.map((d) => d.name));
    for (const [k, direction] of spec.directions.entries()) {
      const buffer = program.inputBuffers[ctx.plan.inputs.length + k] ?? -1;
      const shape = ctx.plan.b.graph.shape(direction.node);
      if (!this.read.has(buffer)) continue;
      const field = fields.get(direction.name) ?? identifier(direction.name);
      const local = this.names.claim(`v${capital(field)}`);
      this.bufferName.set(buffer, local);
      this.take('direction', field, local);
      if (shape.length > 0) lines.push(this.lengthCheck(`direction.${field}`, local, shape));
    }
    return lines;
  }

  inputLines(input: Input, struct: string, field: string, local: string): string[] {
    const { ctx } = this;
    if (struct === 'hyper' && input.initial !== undefined && input.shape.length === 0) {
      this.taken.set(struct, this.taken.get(struct) ?? { struct, entries: [] });
      const value = ctx.plan.b.constantOf(input.initial);
      if (value !== undefined) {
        const text = expressionText({ ...this.vocabulary(), local: () => '' }, { kind: 'number', value: toNumber(value) });
        return [`const ${local} = hyper.${field} ?? ${text};`, ...this.scalarCheck(input, struct, local)];
      }
    }
    this.take(struct, field, local);
    if (input.shape.length === 0) return struct === 'params' ? [] : this.scalarCheck(input, struct, local);
    if (struct !== 'data') return [this.lengthCheck(`${struct}.${field}`, local, input.shape)];
    // elements are looked at once per array, not once per call
    ctx.checked.set(input.name, input);
    return [`if (${local} !== ${lastName(field)}) ${lastName(field)} = ${checkName(field)}(${local});`];
  }

  lengthCheck(path: string, local: string, shape: readonly string[]): string {
    return `${this.ctx.helper('checkLength')}('${path}', ${local}, ${sizeText(this.ctx, shape)});`;
  }
  scalarCheck(input: Input, struct: string, local: string): string[] {
    const rule = scalarRule(this.ctx, input, local);
    return [`${this.ctx.helper('checkValue')}('${struct}.${this.ctx.field(input.name)}', ${local}, ${rule.holds}, ${rule.text});`];
  }

  // ---- outputs -----------------------------------------------------------------------------------------

  nameOutputs(): string[] {
    const lines: string[] = [];
    const fields = this.ctx.resultFields(this.spec.outputs.flatMap((o) => (o.kind === 'filled' ? [o.name] : [])));
    for (const [k, output] of this.spec.outputs.entries()) {
      const buffer = this.program.outputBuffers[k];
      if (output.kind !== 'filled' || buffer === undefined) continue;
      const field = fields.get(output.name) ?? identifier(output.name);
      this.cellName.set(buffer, `out.${field}`);
      this.bufferName.set(buffer, `out.${field}`);
      const shape = this.program.buffers[buffer]?.shape ?? [];
      if (shape.length === 0) continue;
      const local = this.names.claim(prefixed(output.prefix, field));
      this.bufferName.set(buffer, local);
      lines.push(`const ${local} = out.${field};`, this.lengthCheck(`out.${field}`, local, shape));
    }
    return lines;
  }

  // ---- the frame ---------------------------------------------------------------------------------------

  destructured(): string[] {
    return [...this.taken.values()].filter((t) => t.entries.length > 0).map(({ struct, entries }) => {
      const list = entries.map(({ field, local }) => (field === local ? field : `${field}: ${local}`));
      return `const { ${list.join(', ')} } = ${struct};`;
    });
  }

  parameters(): Parameter[] {
    const { ctx, spec } = this;
    const parameters: Parameter[] = [];
    if (this.taken.has('params')) parameters.push({ name: 'params', type: 'Params' });
    if (this.taken.has('data')) parameters.push({ name: 'data', type: 'Data' });
    if (this.taken.has('direction') && spec.directionType !== undefined) parameters.push({ name: 'direction', type: spec.directionType });
    if (spec.outType !== undefined) parameters.push({ name: 'out', type: spec.outType });
    if (this.usesFunctions && !ctx.symbolic) parameters.push({ name: 'functions', type: 'Functions' });
    if (this.taken.has('hyper')) {
      const optional = ctx.plan.inputs.every((i) => i.role !== 'hyper' || (i.initial !== undefined && i.shape.length === 0));
      parameters.push({ name: 'hyper', type: 'Hyper', ...(optional ? { initial: '{}' } : {}) });
    }
    return parameters;
  }
}


/** gW1, gb, gAlpha */
function prefixed(prefix: string | undefined, field: string): string {
  if (prefix === undefined) return field;
  return /^[a-z]\d*$/.test(field) ? `${prefix}${field}` : `${prefix}${capital(field)}`;
}
