export interface Params {
  x: number;
  y: number;
}

export interface Gradient {
  x: number;
  y: number;
}

export function newParams(): Params {
  return { x: 0, y: 0 };
}

export function newGradient(): Gradient {
  return { x: 0, y: 0 };
}

export function valueGradient({ x, y }: Params, out: Gradient): number {
  out.x = 2 * x;
  out.y = 2 * y;
  return x * x + y * y;
}
