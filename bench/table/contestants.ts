/** Everything that takes part in a workload, ready to be sampled. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leastWithin, type Contestant } from '../measure.ts';
import { PeerProcess } from '../peers/process.ts';
import type { Local, Program, Workload } from './workload.ts';

export interface Ready extends Contestant {
  readonly checksum: number;
  readonly close?: () => void;
}

/** Milliseconds that one sample takes at least: less than a busy machine lets a process run at a time. */
const AT_LEAST = 2;
/** Milliseconds that a contestant has in each round. */
const TURN = 100;
/** Until V8 has optimised what it will. */
const WARMING = 400;

export function contestants(workload: Workload): Ready[] {
  const ready = [
    ...workload.locals().map(local),
    ...(workload.programs ?? []).flatMap(compiled),
    ...(workload.peers === undefined ? [] : peers(workload.peers)),
  ];
  return ready.map((contestant) => ({ ...contestant, sample: () => leastWithin(TURN, contestant) }));
}

/** V8 shares feedback between calls from one place: every contestant gets a loop of its own. */
function local({ name, call, args, checksum }: Local): Ready {
  const names = args.map((_, k) => `a${k}`);
  const loop = new Function('f', ...names, 'n', `// ${name}\nlet s = 0; for (let k = 0; k < n; k++) s += f(${names.join(', ')}); return s;`);
  const first: unknown = (call as (...a: unknown[]) => unknown)(...args);
  let runs = 1;
  const sample = (): number => {
    for (;;) {
      const start = performance.now();
      loop(call, ...args, runs);
      const elapsed = performance.now() - start;
      if (elapsed >= AT_LEAST) return elapsed / runs;
      runs *= elapsed < AT_LEAST / 16 ? 8 : 2;
    }
  };
  const end = performance.now() + WARMING;
  while (performance.now() < end) sample();
  return { name, checksum: checksum(typeof first === 'number' ? first : 0), sample };
}

const FLAGS: Readonly<Record<string, readonly string[]>> = { 'C strict': [], 'C fast-math': ['-ffast-math'] };

/** With gcc -O3 -march=native; nothing where there is no gcc. */
function compiled(program: Program): Ready[] {
  const folder = join(tmpdir(), 'diffc-bench');
  mkdirSync(folder, { recursive: true });
  const precisions = program.single === true ? ['', ' f32'] : [''];
  return precisions.flatMap((precision) => Object.entries(FLAGS).flatMap(([name, flags]): Ready[] => {
    const binary = join(folder, `${program.file}${precision}${flags.join('')}`.replaceAll(' ', '-'));
    const source = join(import.meta.dirname, '../reference', program.file);
    const { status, error, stderr } = spawnSync('gcc', ['-O3', '-march=native', ...flags, ...(precision === '' ? [] : ['-DREAL=float']), source, '-o', binary, '-lm'], { encoding: 'utf8' });
    if (error !== undefined) return skipped('C', 'gcc is not here');
    if (status !== 0) throw new Error(stderr);
    return [inProcess(`${program.prefix ?? ''}${name}${precision}`, new PeerProcess(binary, program.args ?? []))];
  }));
}

/** A program that tells its checksum first and then answers each line with the milliseconds of a call. */
function inProcess(name: string, peer: PeerProcess): Ready {
  return { name, checksum: Number(peer.read()), sample: () => Number(peer.ask(String(AT_LEAST))), close: () => peer.close() };
}

/** Libraries in programs of their own: one process a library, started with the name of the workload. */
function peers(workload: string): Ready[] {
  const python = process.env['DIFFC_PYTHON'];
  const folder = join(import.meta.dirname, '../peers');
  const programs: (readonly [string, readonly string[], readonly string[]])[] = [
    [process.execPath, [join(folder, 'javascript.mjs')], ['mathjs', 'compute-engine', 'rose', 'tfjs-cpu', 'tfjs-wasm', 'jax-js']],
    ...(python === undefined ? [] : [[python, [join(folder, 'tensors.py')], ['numpy', 'torch', 'jax']] as const]),
  ];
  return programs.flatMap(([program, args, libraries]) => libraries.flatMap((library): Ready[] => {
    const peer = new PeerProcess(program, [...args, library, ...workload.split(' ')]);
    const name = peer.read();
    if (name === '' || name.startsWith('-')) {
      peer.close();
      return name === '- not for this' ? [] : skipped(library, name.slice(2) || 'it ended');
    }
    return [inProcess(name, peer)];
  }));
}

function skipped(name: string, why: string): [] {
  console.log('%s', `${name} is left out: ${why}`);
  return [];
}
