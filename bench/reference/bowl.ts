export interface Point {
  x: number;
  y: number;
}

export function bowl(params: Point, out: Point): number {
  const { x, y } = params;
  out.x = 2 * x;
  out.y = 2 * y;
  return x * x + y * y;
}
