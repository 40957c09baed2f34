/** Mistakes in a model as the errors that bundlers know how to show. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { positionOf } from '../diagnostics/position.ts';
import { render, renderAll } from '../diagnostics/render.ts';

/** What Vite, Rollup and Rolldown show beside the message: the file, the place, the lines concerned. */
export interface Problem {
  readonly message: string;
  readonly id: string;
  readonly loc?: { readonly file: string; readonly line: number; readonly column: number };
  readonly frame?: string;
}

const isError = (d: Diagnostic): boolean => d.severity === 'error';

/** Everything in one text, for those who show nothing but a message. */
export function problemText(diagnostics: readonly Diagnostic[]): string {
  return renderAll(diagnostics.filter(isError));
}

/** The first mistake in its place; the others follow in the frame. */
export function problemOf(id: string, diagnostics: readonly Diagnostic[]): Problem {
  const errors = diagnostics.filter(isError);
  const [first] = errors;
  if (first === undefined) return { message: `${id} cannot be compiled`, id };
  const [, ...frame] = render(first).split('\n');
  const rest = errors.slice(1).map((d) => render(d));
  const { span } = first;
  return {
    message: `${first.code}: ${first.message}`, id,
    ...(span !== undefined && { loc: { file: span.source.name, line: positionOf(span).line, column: positionOf(span).column - 1 } }),
    frame: [frame.join('\n'), ...rest].join('\n\n'),
  };
}
