/** Loops that replay another one under a bound on memory, as text: the state nearest before the step is fetched, the steps between are taken again, and free room takes states on the way. */
import type { ReplayState, Stmt } from '../../schedule/types.ts';
import { touched } from '../../schedule/visit.ts';
import { polyText, type Vocabulary } from './expression.ts';
import type { Names } from './names.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;

export interface ReplayParts {
  /** what is computed before the steps */
  readonly before: readonly Stmt[];
  /** the state before the first step */
  readonly resets: readonly Stmt[];
  readonly steps: Loop;
  readonly rest: readonly Stmt[];
}

/** The body of a replaying loop in its parts; undefined when a pass has taken it apart: as written it is right, if slow. */
export function replayParts(s: Loop): ReplayParts | undefined {
  const { replay } = s;
  const at = s.body.findIndex((inner) => inner.kind === 'for' && inner.local === replay?.step);
  const steps = s.body[at];
  if (replay === undefined || steps?.kind !== 'for') return undefined;
  const isReset = (inner: Stmt): boolean => {
    const t = touched(inner);
    return replay.states.some((state) => (state.kind === 'local' ? t.localsWritten.has(state.local) : t.buffersWritten.has(state.buffer)));
  };
  const before = s.body.slice(0, at);
  return { before: before.filter((b) => !isReset(b)), resets: before.filter(isReset), steps, rest: s.body.slice(at + 1) };
}

/** `print` gives the lines of statements inside the loop. */
export function replayLines(v: Vocabulary, s: Loop, parts: ReplayParts, t: string, step: string, names: Names, print: (body: readonly Stmt[], depth: number) => string[]): string[] {
  const { replay } = s;
  if (replay === undefined) return [];
  const [top, at, next] = [names.claim('top'), names.claim('at'), names.claim('next')];
  const positions = v.buffer(replay.positions);
  const keep = replay.states.map((state) => keepText(v, state, top));
  const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
  const element = (k: string): string => v.dialect.element(positions, k);
  return [
    `let ${top} = -1;`,
    `for (let ${t} = ${polyText(v, s.to)} - 1; ${t} >= ${polyText(v, s.from)}; ${t}--) {`,
    ...print(parts.before, 1),
    `  if (${top} < 0) {`,
    ...print(parts.resets, 2),
    ...indented(indented([`${top} = 0;`, `${positions}[0] = 0;`, ...keep])),
    '  }',
    `  let ${at} = ${element(top)};`,
    ...indented(replay.states.map((state) => fetchText(v, state, top))),
    `  while (${at} < ${t}) {`,
    `    const ${next} = ${top} < ${replay.slots - 1} ? ${v.kernel('nextCheckpoint')}(${at}, ${t}, ${replay.slots - 1} - ${top}) : ${t};`,
    `    for (let ${step} = ${at}; ${step} < ${next}; ${step}++) {`,
    ...print(parts.steps.body, 3),
    '    }',
    `    ${at} = ${next};`,
    `    if (${at} < ${t}) {`,
    ...indented(indented(indented([`${top}++;`, `${positions}[${top}] = ${at};`, ...keep]))),
    '    }',
    '  }',
    ...print(parts.rest, 1),
    `  if (${element(top)} === ${t}) ${top}--;`,
    '}',
  ];
}

function keepText(v: Vocabulary, state: ReplayState, slot: string): string {
  if (state.kind === 'local') return `${v.buffer(state.kept)}[${slot}] = ${v.local(state.local)};`;
  return `${v.buffer(state.kept)}.set(${v.buffer(state.buffer)}, ${slotOffset(v, state, slot)});`;
}

function fetchText(v: Vocabulary, state: ReplayState, slot: string): string {
  if (state.kind === 'local') return `${v.local(state.local)} = ${v.dialect.element(v.buffer(state.kept), slot)};`;
  return `${v.kernel('copyElements')}(${v.buffer(state.kept)}, ${slotOffset(v, state, slot)}, ${v.buffer(state.buffer)}, 0, ${polyText(v, state.length)});`;
}

const slotOffset = (v: Vocabulary, state: Extract<ReplayState, { kind: 'array' }>, slot: string): string => {
  const length = polyText(v, state.length);
  return `${slot} * ${/^[\p{ID_Continue}$]+$/u.test(length) ? length : `(${length})`}`;
};
