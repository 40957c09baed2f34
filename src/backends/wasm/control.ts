/** Loops and small phrases that kernels are written in. */
import type { Code } from './code.ts';

/** for (i = what is in it; i < end; i += step), integers */
export function upTo(code: Code, i: number, end: number, step: number, body: () => void): void {
  code.block(() => void code.loop(() => {
    code.get(i).get(end).op('i32.ge_s').branchIf(1);
    body();
    code.get(i).i32(step).op('i32.add').set(i).branch(0);
  }));
}

/** local = a + b * c, integers */
export function addressOf(code: Code, local: number, base: number, index: number, stride: number): void {
  code.get(base).get(index).get(stride).op('i32.mul', 'i32.add').set(local);
}

/** local = min(a - b, most) */
export function remaining(code: Code, local: number, end: number, at: number, most: number): void {
  code.get(end).get(at).op('i32.sub').i32(most).get(end).get(at).op('i32.sub').i32(most).op('i32.lt_s', 'select').set(local);
}

export function advance(code: Code, local: number, by: number): void {
  code.get(local).i32(by).op('i32.add').set(local);
}
export function advanceBy(code: Code, local: number, by: number): void {
  code.get(local).get(by).op('i32.add').set(local);
}
