/** What can be derived, by the words of the language. */
import type { DeriveKind } from './model.ts';

export const KINDS: readonly DeriveKind[] = ['value', 'gradient', 'jacobian', 'hessian', 'hvp', 'jvp', 'vjp', 'gauss_newton', 'gauss_newton_product', 'derivative'];

/** What has rows and columns. */
export type MatrixKind = 'jacobian' | 'hessian' | 'gauss_newton';
export const MATRIX_KINDS: readonly MatrixKind[] = ['jacobian', 'hessian', 'gauss_newton'];
export const isMatrixKind = (kind: string): kind is MatrixKind => MATRIX_KINDS.some((name) => name === kind);

/** These are about one number. */
export const SCALAR_NAMES: Readonly<Partial<Record<DeriveKind, string>>> = { gradient: 'a gradient', hessian: 'a Hessian', hvp: 'a Hessian-vector product' };
