/** A defect of diffc itself, never of the user's text. Doors catch it once, at the very top, and ask for a report. */
export class InternalError extends Error {
  readonly stage: string;
  /** what was being worked on, for the bug report */
  readonly context: string;

  constructor(stage: string, message: string, context = '') {
    super(`internal error in ${stage}: ${message}`);
    this.name = 'InternalError';
    this.stage = stage;
    this.context = context;
  }
}

/** States what the compiler's own logic guarantees; throws `InternalError` when it does not hold. */
export function invariant(condition: unknown, stage: string, message: string, context = ''): asserts condition {
  if (!condition) throw new InternalError(stage, message, context);
}
