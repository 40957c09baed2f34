import { catalog } from './catalog.ts';
import type { ArgsOf, Code } from './catalog.ts';
import type { Diagnostic, Fix, Label } from './diagnostic.ts';
import type { Entry } from './entry.ts';
import type { Span } from './span.ts';

export interface ReportOptions {
  readonly labels?: readonly Label[];
  readonly fix?: Fix;
  /** in place of the entry's own hint */
  readonly hint?: string;
}

/** Collects what there is to say to the user; stages report and go on. */
export class Bag {
  readonly #items: Diagnostic[] = [];
  #errors = 0;

  /** Reports one diagnostic. `args` are what the catalogue entry's message asks for. */
  report<C extends Code>(code: C, span: Span | undefined, args: ArgsOf<C>, options: ReportOptions = {}): void {
    this.add(makeDiagnostic(code, span, args, options));
  }

  /** Takes over a diagnostic that was made elsewhere, such as in an imported file. */
  add(diagnostic: Diagnostic): void {
    if (diagnostic.severity === 'error') this.#errors += 1;
    this.#items.push(diagnostic);
  }

  /** In the order of the text (usage mistakes first); reports at one place keep their order. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#items.toSorted((a, b) => (a.span?.start ?? -1) - (b.span?.start ?? -1));
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  get size(): number {
    return this.#items.length;
  }
}

/** Fills the catalogue entry of `code`. */
export function makeDiagnostic<C extends Code>(
  code: C, span: Span | undefined, args: ArgsOf<C>, options: ReportOptions = {},
): Diagnostic {
  const entry: Entry = catalog[code];
  // The catalogue's own type ties `args` to `code`; a lookup by a type variable loses the tie.
  const filled = args as never;
  const hint = options.hint ?? (typeof entry.hint === 'function' ? entry.hint(filled) : entry.hint);
  return {
    code,
    severity: entry.severity,
    message: entry.message(filled),
    labels: options.labels ?? [],
    ...(span && { span }),
    ...(hint !== undefined && { hint }),
    ...(options.fix && { fix: options.fix }),
  };
}
