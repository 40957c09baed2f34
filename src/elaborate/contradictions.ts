/** Bounds that leave nothing: `x > 1` declared here and `x < 0` assumed there. */
import type { Bound, Input } from './model.ts';
import type { Pass } from './pass.ts';

export function reportContradictions(pass: Pass): void {
  for (const input of pass.inputs.values()) {
    const clash = contradiction(input);
    if (clash === undefined) continue;
    const [first, second] = clash.map(({ relation, value }) => `${input.name} ${relation} ${value}`);
    pass.report('contradictory-bounds', input.span, { name: input.name, first: first ?? '', second: second ?? '' });
  }
}

/** Two bounds that no number meets together. */
function contradiction({ bounds, element }: Input): readonly [Bound, Bound] | undefined {
  for (const low of bounds) {
    if (low.relation !== '>' && low.relation !== '>=') continue;
    for (const high of bounds) {
      if (high.relation !== '<' && high.relation !== '<=') continue;
      const open = low.relation === '>' || high.relation === '<';
      const whole = element === 'int' && firstWhole(low) > lastWhole(high);
      if (low.value > high.value || (low.value === high.value && open) || whole) return [low, high];
    }
  }
  return undefined;
}

const firstWhole = ({ relation, value }: Bound): number => (relation === '>' ? Math.floor(value) + 1 : Math.ceil(value));
const lastWhole = ({ relation, value }: Bound): number => (relation === '<' ? Math.ceil(value) - 1 : Math.floor(value));
