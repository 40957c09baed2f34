/**
 * fast-check, drawing the same examples on every machine: a change is judged by what it changes, not by luck.
 * `npm run soak` draws others (DIFFC_SEED), to find what no change has found yet.
 */
import * as fc from 'fast-check';

const seed = Number(process.env['DIFFC_SEED'] ?? 20260101);
if (!Number.isInteger(seed)) throw new Error(`DIFFC_SEED is not an integer: ${String(process.env['DIFFC_SEED'])}`);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

export * from 'fast-check';
