export interface Params {
  x: number;
  y: number;
}

export interface Results {
  x: number;
  y: number;
  x_x: number;
  x_y: number;
  y_y: number;
}

export function newParams(): Params {
  return { x: 0, y: 0 };
}

export function newResults(): Results {
  return { x: 0, y: 0, x_x: 0, x_y: 0, y_y: 0 };
}

/** x³y² + sin(xy) */
export function valueGradientHessian({ x, y }: Params, out: Results): number {
  const xx = x * x;
  const yy = y * y;
  const s = Math.sin(x * y);
  const c = Math.cos(x * y);
  out.x = 3 * xx * yy + y * c;
  out.y = 2 * x * xx * y + x * c;
  out.x_x = 6 * x * yy - yy * s;
  out.x_y = 6 * xx * y + c - x * y * s;
  out.y_y = 2 * x * xx - xx * s;
  return x * xx * yy + s;
}
