/** First-order update rules: x changes in place by a gradient and a learning rate; all state is made once. */

export interface StepRule {
  /** Moves `x`, where the gradient is `g`; `g` may be overwritten. */
  step(x: Float64Array, g: Float64Array, rate: number): void;
  /** its name and constants, so that a saved run is continued by the same rule */
  readonly name?: string;
  /** Everything the rule remembers: saved and set back, a run continues as if never interrupted. */
  readonly memory: RuleMemory;
}

export interface RuleMemory {
  /** steps taken */
  steps: number;
  readonly arrays: readonly Float64Array[];
}

/** A rule for vectors of a given dimension, with nothing remembered yet. */
export type RuleMaker = (dimension: number) => StepRule;

/** A rule from its name and update, with `count` arrays of state; `update` sees how many steps there are with this one. */
export function ruleOf(name: string, count: number, update: (x: Float64Array, g: Float64Array, rate: number, arrays: readonly Float64Array[], steps: number) => void): RuleMaker {
  return (dimension) => {
    const memory: RuleMemory = { steps: 0, arrays: Array.from({ length: count }, () => new Float64Array(dimension)) };
    return {
      name,
      memory,
      step(x, g, rate) {
        memory.steps++;
        update(x, g, rate, memory.arrays, memory.steps);
      },
    };
  };
}
