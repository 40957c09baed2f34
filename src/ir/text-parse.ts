/** Reads the text form of a graph; see `text.ts`. The text comes from the compiler or a test: mistakes throw. */
import { isOpName } from '../ops/table.ts';
import { Graph } from './graph.ts';
import { parseRational, type Rational } from './rational.ts';
import { LABELS } from './text.ts';
import { LINEAR_OPS, type Attr, type AxisIndex, type ConstValue, type Element, type NodeId, type ParamAttr, type ReduceOp, type Role, type ScanAttr, type Sub } from './types.ts';

/** The graph of a text and its roots. Nodes are interned as written, without normalisation. */
export function parseGraph(text: string): { graph: Graph; roots: NodeId[] } {
  const parser = new TextParser();
  text.split('\n').forEach((line, k) => {
    if (line.trim() !== '') parser.line(line.trim(), k + 1);
  });
  return { graph: parser.graph, roots: parser.roots };
}

type Axes = readonly string[];
interface OpenLoop {
  readonly id: string;
  readonly direction: ScanAttr['direction'];
  readonly length: string;
  readonly carries: number;
  readonly sequences: number;
  readonly args: readonly NodeId[];
  next: NodeId[];
  ys: NodeId[];
}

class TextParser {
  readonly graph = new Graph();
  roots: NodeId[] = [];
  readonly #made = new Map<string, NodeId>();
  readonly #open: OpenLoop[] = [];
  #line = 0;

  line(line: string, number: number): void {
    this.#line = number;
    const loop = this.#open[this.#open.length - 1];
    if (line.startsWith('roots')) this.roots = this.#refs(line);
    else if (line === '}' && loop !== undefined) this.#close(loop);
    else if (line.startsWith('next') && loop !== undefined) {
      const [next = '', ys = ''] = line.split(' ys');
      loop.next = this.#refs(next);
      loop.ys = this.#refs(ys);
    } else this.#node(line);
  }

  #fail(message: string): never {
    throw new SyntaxError(`graph text, line ${this.#line}: ${message}`);
  }

  #node(line: string): void {
    const [, id = '', kind = '', rest = ''] = /^%(\d+) = ([a-z]+)(.*)$/u.exec(line) ?? this.#fail(`expected %id = kind …: ${line}`);
    if (kind === 'scan') {
      this.#openLoop(id, rest);
      return;
    }
    const at = rest.lastIndexOf(' : ');
    if (at < 0) this.#fail('expected : [shape]');
    const head = rest.slice(0, at).trim();
    const type = rest.slice(at + 3).trim();
    const axes = /\[(.*)\]/.exec(type)?.[1] ?? '';
    const shape = axes === '' ? [] : axes.split(', ');
    const { attr, args } = this.#attr(kind, head, type, shape);
    this.#made.set(id, this.graph.intern(attr, args));
  }

  #openLoop(id: string, rest: string): void {
    const m = /^ (forward|backward) (\S+) carries\((.*?)\) sequences\((.*?)\) captures\((.*?)\) \{$/.exec(rest) ?? this.#fail('malformed scan');
    const carries = this.#refs(m[3] ?? '');
    const sequences = this.#refs(m[4] ?? '');
    this.#open.push({
      id, direction: m[1] === 'backward' ? 'backward' : 'forward', length: m[2] ?? '', carries: carries.length, sequences: sequences.length,
      args: [...carries, ...sequences, ...this.#refs(m[5] ?? '')], next: [], ys: [],
    });
  }

  #close(loop: OpenLoop): void {
    const { direction, length, carries, sequences, next, ys } = loop;
    this.#made.set(loop.id, this.graph.intern({ kind: 'scan', shape: [], length, direction, carries, sequences, next, ys }, loop.args));
    this.#open.pop();
  }

  #refs(text: string): NodeId[] {
    return [...text.matchAll(/%(\d+)/g)].map((m) => this.#made.get(m[1] ?? '') ?? this.#fail(`unknown node ${m[0]}`));
  }

  #rational(text: string | undefined): Rational {
    return parseRational(text ?? '') ?? this.#fail(`not a rational: ${text ?? ''}`);
  }

  #sub(text: string): Sub {
    return [...text.matchAll(/\{(\d+)\}|([a-z])/g)].map((m) => (m[1] === undefined ? LABELS.indexOf(m[2] ?? '') : Number(m[1])));
  }

  #operands(text: string): { args: NodeId[]; subs: Sub[] } {
    const found = [...text.matchAll(/(%\d+)\[([^\]]*)\]/g)];
    return { args: found.flatMap((m) => this.#refs(m[1] ?? '')), subs: found.map((m) => this.#sub(m[2] ?? '')) };
  }

  #name(text: string): { name: string; rest: string } {
    const m = /^("(?:[^"\\]|\\.)*"|\S+) ?(.*)$/u.exec(text) ?? this.#fail('expected a name');
    const spelling = m[1] ?? '';
    const name: unknown = spelling.startsWith('"') ? JSON.parse(spelling) : spelling;
    return { name: String(name), rest: m[2] ?? '' };
  }

  #attr(kind: string, head: string, type: string, shape: Axes): { attr: Attr; args: NodeId[] } {
    switch (kind) {
      case 'leaf': return { attr: this.#leaf(head, type, shape), args: [] };
      case 'const': return { attr: { kind, shape, value: this.#constant(head) }, args: [] };
      case 'dim': return { attr: { kind, shape, dim: head }, args: [] };
      case 'iota': case 'delta': return { attr: { kind, shape }, args: [] };
      case 'map': {
        const op = head.split(' ')[0] ?? '';
        if (!isOpName(op)) return this.#fail(`unknown operation ${op}`);
        const { args, subs } = this.#operands(head);
        return { attr: { kind, shape, op, subs }, args };
      }
      case 'ein': return this.#product(head, shape);
      case 'add': {
        const { args, subs } = this.#operands(head);
        const coefs = [...head.matchAll(/(\S+) %/g)].map((m) => this.#rational(m[1]));
        return { attr: { kind, shape, coefs, subs }, args };
      }
      case 'red': {
        const m = /^(max|min|logsumexp|prod|norm) (%\d+) axes\((.*)\)$/.exec(head) ?? this.#fail('malformed red');
        const axes = (m[3] ?? '').split(' ').filter((a) => a !== '').map(Number);
        return { attr: { kind, shape, op: m[1] as ReduceOp, axes }, args: this.#refs(m[2] ?? '') };
      }
      case 'view': case 'scat': {
        const m = /^(%\d+)\[(.*)\] \((.*?)\)( masked)?$/.exec(head) ?? this.#fail(`malformed ${kind}`);
        const index = m[2] === '' ? [] : (m[2] ?? '').split(', ').map((axis) => this.#axis(axis));
        return { attr: { kind, shape, index, masked: m[4] !== undefined }, args: [...this.#refs(m[1] ?? ''), ...this.#refs(m[3] ?? '')] };
      }
      case 'stack': return { attr: { kind, shape }, args: this.#refs(head) };
      case 'proj': {
        const m = /^(final|ys|in) (\d+) (%\d+)$/.exec(head) ?? this.#fail('malformed proj');
        return { attr: { kind, shape, which: m[1] as 'final' | 'ys' | 'in', index: Number(m[2]) }, args: this.#refs(m[3] ?? '') };
      }
      case 'param': {
        const m = /^(carry|sequence|capture|step) (\d+)( symmetric)?$/.exec(head) ?? this.#fail('malformed param');
        return { attr: { kind, shape, role: m[1] as ParamAttr['role'], index: Number(m[2]), ...(m[3] !== undefined && { symmetric: true }) }, args: [] };
      }
      case 'linalg': {
        const m = /^([a-z-]+)( transposed)?/.exec(head) ?? this.#fail('malformed linalg');
        const op = LINEAR_OPS.find((o) => o === m[1]) ?? this.#fail(`unknown kernel ${m[1] ?? ''}`);
        return { attr: { kind, shape, op, transposed: m[2] !== undefined }, args: this.#refs(head) };
      }
      case 'call': {
        const { name, rest } = this.#name(head);
        const m = /^orders\((.*?)\)(.*)$/.exec(rest) ?? this.#fail('malformed call');
        const { args, subs } = this.#operands(m[2] ?? '');
        return { attr: { kind, shape, name, orders: (m[1] ?? '').split(' ').filter((n) => n !== '').map(Number), subs }, args };
      }
      default: return this.#fail(`unknown kind ${kind}`);
    }
  }

  #leaf(head: string, type: string, shape: Axes): Attr {
    const m = /^(data|param|hyper|variable) (.*)$/u.exec(head) ?? this.#fail('malformed leaf');
    const t = /^(real|int|bool|index)\[.*\](?: of (\S+))?( symmetric)?$/.exec(type) ?? this.#fail('malformed type');
    const attr = { kind: 'leaf', shape, name: this.#name(m[2] ?? '').name, role: m[1] as Role, element: t[1] as Element } as const;
    return { ...attr, ...(t[2] !== undefined && { of: t[2] }), ...(t[3] !== undefined && { symmetric: true as const }) };
  }

  #constant(text: string): ConstValue {
    if (text === 'pi') return { kind: 'named', name: 'pi' };
    const value = parseRational(text);
    return value === undefined ? { kind: 'double', value: Number(text) } : { kind: 'rational', value };
  }

  #product(head: string, shape: Axes): { attr: Attr; args: NodeId[] } {
    const [left = '', right = ''] = head.split(' -> ');
    const { args, subs } = this.#operands(left);
    const sums = [...(/\((.*)\)/.exec(right)?.[1] ?? '').matchAll(/: ([^,]+)/g)].map((m) => m[1] ?? '');
    return { attr: { kind: 'ein', shape, coef: this.#rational(left.split(' ')[0]), subs, sums }, args };
  }

  #axis(text: string): AxisIndex {
    const gather = /^@(\d+)\[(.*)\]$/.exec(text);
    if (gather) return { kind: 'gather', arg: Number(gather[1]), sub: this.#sub(gather[2] ?? '') };
    const offset = /\((.*)\)$/.exec(text)?.[1] ?? '0';
    const terms = [...text.replace(/\(.*\)$/, '').matchAll(/(?:(-?\d+)\*)?(\{\d+\}|[a-z])/g)]
      .map((m) => ({ label: this.#sub(m[2] ?? '')[0] ?? 0, coef: m[1] === undefined ? 1 : Number(m[1]) }));
    return { kind: 'affine', terms, offset };
  }
}
