import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import { printGraph } from '../../src/ir/text.ts';
import { parseGraph } from '../../src/ir/text-parse.ts';
import { transplant } from '../../src/ir/walk.ts';
import { randomGraph } from '../support/random-graph.ts';

const TEXT = `%0 = leaf data X : real[N, D]
%1 = leaf param "w 1" : real[D]
%2 = leaf data c : index[M] of N
%3 = const -1/3 : []
%4 = const pi : []
%5 = const Infinity : []
%6 = const -Infinity : []
%7 = const NaN : []
%8 = dim N-1 : []
%9 = iota D : [D]
%10 = delta : [D, D]
%11 = ein -2 %0[ij] %1[j] -> i (j: D) : [N]
%12 = map tanh %11[i] : [N]
%13 = add 1 %8[] 1/2 %12[i] : [N]
%14 = red logsumexp %0 axes(0 1) : []
%15 = view %0[@1[i], (1)] (%2) : [M]
%16 = view %0[i+(1), j] () masked : [N, D]
%17 = scat %15[@1[i]] (%2) : [N]
%18 = stack %3 %4 %5 %6 %7 : [5]
%19 = linalg tsolve transposed %10 %1 : [D]
%20 = call u orders(1 0) %12[i] %8[] : [N]
%21 = param carry 0 : []
%22 = param sequence 0 : []
%23 = map max %21[] %22[] : []
%24 = scan backward N carries(%3) sequences(%13) captures() {
  %21 = param carry 0 : []
  %22 = param sequence 0 : []
  %23 = map max %21[] %22[] : []
  next %23 ys %22 %23
}
%25 = proj ys 1 %24 : [N]
%26 = ein 1 %11[i] %13[j] %0[kl] %25[m] -> ijklm : [N, N, N, D, N]
roots %9 %14 %16 %17 %18 %19 %20 %21 %22 %23 %25 %26
`.replace('iota D :', 'iota :');

describe('the text form', () => {
  it('is written as it is read, every kind of node', () => {
    const { graph, roots } = parseGraph(TEXT);
    expect(printGraph(graph, roots)).toBe(TEXT);
  });

  it('names the line that does not parse', () => {
    expect(() => parseGraph('%0 = leaf data X : real[N]\n%1 = map frobnicate %0[i] : [N]\n')).toThrow('graph text, line 2: unknown operation frobnicate');
  });

  it('random graphs come back as the same nodes', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, size) => {
      const { builder, root } = randomGraph(seed, size);
      const { graph, roots } = parseGraph(printGraph(builder.graph, [root]));
      const before = builder.graph.size;
      const [back] = transplant(builder, graph, roots, () => undefined);
      expect(back).toBe(root);
      expect(builder.graph.size).toBe(before);
    }), { numRuns: 300 });
  });

  it('sums that nobody carries leave one power of their size', () => {
    const b = new Builder(new Graph());
    const twice = b.ein(Q.ONE, [], [], ['D', 'D']);
    const { graph, roots } = parseGraph(printGraph(b.graph, [twice]));
    expect(transplant(b, graph, roots, () => undefined)).toEqual([twice]);
  });

  it('labels beyond the alphabet', () => {
    const b = new Builder(new Graph());
    const shape = Array.from({ length: 30 }, () => '2');
    const wide = b.ein(Q.integer(2), shape.map((_, k) => ({ id: b.leaf({ name: `v${k}`, role: 'data', element: 'real', shape: ['2'] }), sub: [k] })), shape);
    const text = printGraph(b.graph, [wide]);
    const { graph, roots } = parseGraph(text);
    expect(printGraph(graph, roots)).toBe(text);
    expect(text).toContain('[{26}]');
  });
});

describe('the checker', () => {
  it('finds nothing in random graphs', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, size) => {
      const { builder, root } = randomGraph(seed, size);
      expect(checkGraph(builder.graph, [root])).toEqual([]);
    }), { numRuns: 500 });
  });

  const X = '%0 = leaf data X : real[N, D]\n%1 = leaf data v : real[N]\n%2 = leaf data s : real[]\n';
  const BAD: readonly (readonly [line: string, finding: string])[] = [
    ['%3 = map sin %0[ij] : [N, N]', '%3 map: label 1 is N and D (argument 0, axis 1)'],
    ['%3 = map sin %0[ii] : [N]', '%3 map: argument 0 repeats a label'],
    ['%3 = map sin %1[i] %1[i] : [N]', '%3 map: sin takes 1 arguments, not 2'],
    ['%3 = ein 1 %0[ij] %1[j] -> i (j: D) : [N]', '%3 ein: label 1 is D and N (argument 1, axis 0)'],
    ['%3 = ein 2 %1[i] -> . (i: N, j: D) : []', '%3 ein: nothing carries the summed label 1'],
    ['%3 = const 3 : []\n%4 = ein 2 %2[] %3[] -> . : []', '%4 ein: a rational factor belongs into the coefficient'],
    ['%3 = ein 2 %1[i] -> . (i: N) : []\n%4 = ein 3 %2[] %3[] -> . : []', '%4 ein: the coefficient of a factor belongs into the coefficient'],
    ['%3 = delta : [N, N]\n%4 = ein 1 %1[j] %3[ij] -> i (j: N) : [N]', '%4 ein: a Kronecker delta can be contracted'],
    ['%3 = ein 1 %1[i] -> i : [N]', '%3 ein: is its own factor'],
    ['%3 = ein 2 %2[] %0[ij] -> ij : [N, D]', '%3 ein: factors are not in canonical order'],
    ['%3 = add 1 %2[] 2 %2[] : []', '%3 add: like terms are not merged'],
    ['%3 = add 0 %1[i] 2 %2[] : [N]', '%3 add: term 0 has coefficient 0'],
    ['%3 = red max %0 axes(1) : [D]', '%3 red: shape is [D], wanted [N]'],
    ['%3 = view %1[i+(1)] () : [N]', '%3 view: axis 0 leaves its range'],
    ['%3 = view %1[(-1)] () : []', '%3 view: axis 0 leaves its range'],
    ['%3 = scat %1[i, i] () : [N]', '%3 scat: 2 positions for 1 axes'],
    ['%3 = stack %1 %1 : [3, N]', '%3 stack: leading size 3, wanted 2'],
    ['%3 = linalg inv %0 : [N, D]', '%3 linalg: the matrix is [N, D], wanted [N, N]'],
    ['%3 = param carry 0 : []', '%3 param: a parameter of a loop body stands outside of it'],
    ['%3 = scan forward N carries(%2) sequences() captures() {\n  %4 = param carry 0 : [N]\n  next %4 ys\n}', '%4 scan: carry 0 of the body is [N], wanted []'],
    ['%3 = scan forward D carries(%2) sequences(%1) captures() {\n  next %2 ys\n}', '%3 scan: sequence 0 has length N, wanted D'],
    ['%3 = scan forward N carries(%2) sequences() captures() {\n  next %2 ys\n}\n%4 = proj ys 0 %3 : [N]', '%4 proj: ys 0 does not exist'],
  ];
  it.each(BAD)('%s', (lines, finding) => {
    const last = [...lines.matchAll(/^%(\d+)/gm)].map((m) => m[1]);
    const { graph, roots } = parseGraph(`${X}${lines}\nroots %${last[last.length - 1]!}\n`);
    expect(checkGraph(graph, roots)).toContain(finding);
  });
});
