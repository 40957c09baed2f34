/** `prepare(data)`: what depends on data alone, made once for all calls. */
import type { ScheduleOutput, Scheduled } from '../../schedule/schedule.ts';
import type { Dim } from '../../ir/dim.ts';
import { arrayType, PREPARED, shapeText, type ModuleContext } from './context.ts';
import { newArray } from './machine.ts';
import { emitFunction, scheduleFunction } from './function.ts';
import { statusResults } from './results.ts';
import { statusFields, type StatusFields } from './status.ts';
import type { FunctionDeclaration, InterfaceDeclaration } from './structure.ts';
import { formulaDoc } from './tsdoc.ts';

interface PreparedField {
  readonly name: string;
  readonly shape: readonly string[];
  readonly doc: string;
}

function fieldsOf(ctx: ModuleContext): PreparedField[] {
  const { prepared, b } = ctx.plan;
  const names = ctx.resultFields(prepared.map((p) => p.name));
  return prepared.map((p) => ({ name: names.get(p.name) ?? p.name, shape: b.graph.shape(p.node), doc: formulaDoc(`${names.get(p.name) ?? p.name} = ${p.formula}`) }));
}

/** What `prepare` does and what may go wrong in it; undefined when there is nothing to prepare. */
export interface Preparation {
  readonly loops: Scheduled;
  readonly outputs: readonly ScheduleOutput[];
  readonly status: StatusFields | undefined;
}

export function preparation(ctx: ModuleContext): Preparation | undefined {
  const { prepared } = ctx.plan;
  if (prepared.length === 0) return undefined;
  const outputs = prepared.map(({ name, node }): ScheduleOutput => ({ kind: 'filled', name, node }));
  const loops = scheduleFunction(ctx, { outputs, directions: [] });
  return { loops, outputs, status: statusFields(ctx, { own: loops.guards }, fieldsOf(ctx).map((f) => f.name)) };
}

/** The struct that `prepare` makes and functions take. */
export function preparedInterface(ctx: ModuleContext, made: Preparation | undefined): InterfaceDeclaration[] {
  if (made === undefined) return [];
  const fields = fieldsOf(ctx).map(({ name, shape, doc }) => ({
    name, type: shape.length === 0 ? 'number' : arrayType(ctx), optional: false,
    docs: [shape.length === 0 ? doc : `${doc}; ${shapeText(ctx, shape)}`],
    // a number is written after the struct is made
    readonly: shape.length > 0,
  }));
  const status = statusResults(made.status).map(({ name, docs }) => ({ name, type: 'number', optional: false, docs: [...docs], readonly: false }));
  return [{ kind: 'interface', name: PREPARED, docs: ['What depends on data alone, computed once for all calls.'], fields: [...fields, ...status], methods: [] }];
}

function preparedArray(ctx: ModuleContext, name: string, shape: readonly Dim[]): string {
  ctx.machine?.slot(`prepared.${name}`, shape, arrayType(ctx));
  return newArray(ctx, `prepared.${name}`, shape);
}

export function prepareFunction(ctx: ModuleContext, made: Preparation | undefined): FunctionDeclaration[] {
  if (made === undefined) return [];
  const { loops, outputs, status } = made;
  const entries = [
    ...fieldsOf(ctx).map(({ name, shape }) => `${name}: ${shape.length === 0 ? '0' : preparedArray(ctx, name, shape)}`),
    ...statusResults(status).map(({ name }) => `${name}: 0`),
  ];
  const docs = ['What depends on data alone. Call it once for each data set, and again when the data changes: nothing notices by itself.'];
  return emitFunction(ctx, {
    name: ctx.names.claim('prepare'), docs, outputs, matrices: [], directions: [],
    outType: PREPARED, directionType: undefined, status, room: `{ ${entries.join(', ')} }`,
  }, loops);
}
