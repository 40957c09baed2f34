/** docs/reference/rules.md: the rules that formulas are rewritten by, from the lists that the compiler works with. */
import { MATRIX_RULES } from '../../src/autodiff/restate.ts';
import { ruleTitles } from '../../src/explain/rules.ts';
import type { Recogniser } from '../../src/simplify/recognise.ts';
import type { Condition, Rule } from '../../src/simplify/rule.ts';
import { RECOGNISER_FAMILIES } from '../../src/simplify/rules.ts';
import { DERIVATIVE_RULES } from '../../src/simplify/rules/derivatives.ts';
import { LAST_RULES } from '../../src/simplify/rules/exponential.ts';
import { KNOWN_SIGN_RULES } from '../../src/simplify/rules/known-signs.ts';
import { EARLY_READING_RULES, READING_RULES } from '../../src/simplify/rules/reading.ts';
import { DERIVATIVES, VALUES } from '../../src/simplify/stable.ts';

export function rulesPage(): string {
  const structural = [...new Set([...VALUES.recognisers, ...DERIVATIVES.recognisers])];
  return [
    '# Rules', '',
    'Generated from the lists in `src/simplify/`, `src/autodiff/` and `src/explain/`; do not edit. The left side becomes the right one,',
    'u, v and c being any formulas. Both sides are equal wherever the left one is defined, and a test samples each rule on a grid of corner',
    'points; where more has to be known, it is the condition. Functions such as `log1pmx` are in [operations](ops.md).', '',
    '## Stable forms', '', 'Recognised in a value before it is differentiated, and again in its derivatives; the first that fits is taken.', '',
    ...Object.entries(RECOGNISER_FAMILIES).flatMap(([title, rules]) => [`### ${title}`, '', ...table(rules)]),
    '### Any number of terms', '', ...recognisers(structural),
    '### When nothing better fits', '', ...table(LAST_RULES),
    '## With facts', '', 'Only where the condition is declared, assumed, or said by the branch.', '', ...table(KNOWN_SIGN_RULES),
    '## In derivatives', '', 'Derivatives are needed only where the value is defined.', '', ...table(DERIVATIVE_RULES),
    '## Matrices', '', 'Before differentiation, so that a factorisation is differentiated as what it is for. A is symmetric positive definite where `cholesky(A)` is defined.', '', ...table(MATRIX_RULES),
    '## For reading', '', 'What is printed, not what is computed.', '', ...table([...EARLY_READING_RULES, ...READING_RULES]),
    '## In derivations', '', 'The names of steps in `diffc steps` and in its `--json`; tools may rely on them.', '',
    '| name | title |', '| --- | --- |', ...Object.entries(ruleTitles).map(([name, title]) => `| \`${name}\` | ${title} |`), '',
  ].join('\n');
}

function table(rules: readonly (Pick<Rule, 'name' | 'text'> & Partial<Pick<Rule, 'conditions'>>)[]): string[] {
  const conditional = rules.some((rule) => rule.conditions !== undefined);
  const rows = rules.map(({ name, text, conditions = [] }) => {
    const [left = '', right = ''] = text.split('->');
    return `| ${name} | \`${left.trim()}\` | \`${right.trim()}\` |${conditional ? ` ${conditions.map(conditionText).join(', ')} |` : ''}`;
  });
  return [`| rule | from | to |${conditional ? ' where |' : ''}`, `| --- | --- | --- |${conditional ? ' --- |' : ''}`, ...rows, ''];
}

const SIGNS: Readonly<Record<Condition['is'], string>> = { positive: '> 0', nonnegative: '>= 0', nonzero: '!= 0' };
const conditionText = ({ variable, is }: Condition): string => `${variable} ${SIGNS[is]}`;

const recognisers = (list: readonly Recogniser[]): string[] => ['| rule | does |', '| --- | --- |', ...list.map(({ name, doc }) => `| ${name} | ${doc} |`), ''];
