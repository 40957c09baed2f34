/** What there is to say about the forms of derivatives, as diagnostics. */
import type { Bag } from '../diagnostics/bag.ts';
import type { FormRemark } from '../structure/requests.ts';

const TITLES: Readonly<Record<string, string>> = { jacobian: 'Jacobian', hessian: 'Hessian', gauss_newton: 'Gauss-Newton matrix' };

/** Notes of the forms that requests ask for. */
export function remarkInto(bag: Bag): (remark: FormRemark) => void {
  return ({ code, request, output }) => bag.report(code, request.span, { request: TITLES[output.kind] ?? output.kind, name: output.of, by: [...new Set(output.by)].join(', ') });
}
