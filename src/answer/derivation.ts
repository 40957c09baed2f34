/** `diffc steps`: a derivation with every step spelt out, ending at what `diffc` itself prints. */
import type { Refuse } from '../autodiff/reverse.ts';
import type { Input, Model } from '../elaborate/model.ts';
import { derivationOf, type Pending, type Step } from '../explain/derivation.ts';
import { ruleTitles, type RuleId } from '../explain/rules.ts';
import { partialOf } from '../formulas/formula.ts';
import { Builder } from '../ir/build.ts';
import { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { instantiate } from '../ir/template.ts';
import { rewrite, substitute, type Change } from '../ir/walk.ts';
import { findOp, rowOf } from '../ops/table.ts';
import { printNode, type NotationName } from '../print/print.ts';
import { joiningAngles } from '../simplify/angles.ts';
import { cancelling, primalForms } from '../simplify/derivative.ts';
import { factoringSums } from '../simplify/factor.ts';
import { normalise } from '../simplify/normalise.ts';
import { writtenOut } from '../simplify/written.ts';
import { ask, type Question } from './question.ts';
import { simplifyAnswer } from './simplify.ts';
import { answerText, quotedText } from './text.ts';

export interface SpeltStep {
  readonly rule: RuleId;
  readonly title: string;
  /** the table entry used, the inner function */
  readonly note: string;
  /** `d/dx(sin(x^2))` */
  readonly left: string;
  readonly right: string;
  /** what the step claims to be equal to the left side's derivative; parts still to be differentiated put in */
  readonly claim: Pending & { readonly derivative: NodeId };
  /** placeholders in `claim.derivative`, with the derivatives they stand for */
  readonly parts: ReadonlyMap<NodeId, Pending>;
}

export interface SpeltDerivation {
  readonly by: string;
  readonly steps: readonly SpeltStep[];
  /** as `diffc` prints it */
  readonly result: string;
}

export interface Asked {
  readonly name: string | undefined;
  readonly node: NodeId;
  readonly wrt: readonly Input[];
}

/** One derivation for each variable of a scalar expression. */
export function spellDerivations(model: Model, asked: Asked, notation: NotationName, refuse: Refuse): SpeltDerivation[] {
  const question = simplifyAnswer(model, ask(model, asked.node, asked.name, { order: 1, wrt: asked.wrt.map((i) => i.name) }, refuse));
  return asked.wrt.map((input, k) => new Speller(model, question, input, notation).spell(asked.node, question.gradient[k]?.shown ?? -1, refuse));
}

class Speller {
  readonly #b: Builder;
  readonly #model: Model;
  readonly #question: Question;
  readonly #input: Input;
  readonly #notation: NotationName;
  /** the letters of values that the chain rule passes through, by value */
  readonly #letters = new Map<NodeId, NodeId>();

  constructor(model: Model, question: Question, input: Input, notation: NotationName) {
    this.#b = new Builder(model.graph);
    this.#model = model;
    this.#question = question;
    this.#input = input;
    this.#notation = notation;
  }

  spell(root: NodeId, shown: NodeId, refuse: Refuse): SpeltDerivation {
    const derivation = derivationOf(this.#b, root, this.#input.node, refuse);
    this.#nameIntermediates(derivation.steps);
    const spelt = derivation.steps.map((step): SpeltStep => ({
      rule: step.rule, title: ruleTitles[step.rule], note: this.#noteOf(step), parts: derivation.placeholders, left: this.#pending(step),
      right: this.#withParts(this.#by(step.result, step.by), derivation.placeholders), claim: { of: step.of, by: step.by, derivative: step.result },
    }));
    const result = answerText(this.#model, this.#question, this.#notation)(shown);
    return { by: this.#input.name, steps: [...spelt, ...this.#simplification(root, derivation.assembled, shown, result, spelt.length > 1)], result };
  }

  /** What putting together gives, and each pass that changes how it reads. */
  #simplification(root: NodeId, assembled: NodeId, shown: NodeId, result: string, several: boolean): SpeltStep[] {
    const b = this.#b;
    const changed = (node: NodeId, change: Change | undefined): NodeId[] => (change === undefined ? [node] : rewrite(b, [node], change));
    const passes: readonly [RuleId, (node: NodeId) => readonly NodeId[]][] = [
      ['normal-form', (n) => normalise(b, [n])],
      ['implied-facts', (n) => changed(n, cancelling(b, primalForms(b, [root])))],
      ['angles', (n) => changed(n, joiningAngles(b, [n]))],
      ['common-factor', (n) => normalise(b, changed(n, factoringSums(b, [n])))],
      ['reading-form', () => [shown]],
    ];
    const left = this.#pending({ of: root, by: this.#input.node });
    const step = (rule: RuleId, derivative: NodeId, right: string): SpeltStep => ({ rule, title: ruleTitles[rule], note: '', left, right, claim: { of: root, by: this.#input.node, derivative }, parts: new Map() });
    const texts = new Set([this.#print(assembled)]);
    const steps = several ? [step('put-together', assembled, this.#print(assembled))] : [];
    let current = assembled;
    for (const [rule, pass] of passes) {
      [current = current] = pass(current);
      const text = rule === 'reading-form' ? result : this.#print(current);
      if (texts.has(text) && (rule !== 'reading-form' || [...texts].at(-1) === text)) continue;
      texts.delete(text);
      texts.add(text);
      steps.push(step(rule, current, text));
    }
    return steps;
  }

  /** In functions that people write: no step ends at a primitive that only computes. */
  #print(node: NodeId): string {
    const [form = node] = writtenOut(this.#b, [node], [root(this.#model, this.#question)], new Map());
    return printNode(this.#model.graph, form, { notation: this.#notation, like: [root(this.#model, this.#question)], counting: this.#model.counting });
  }

  #nameIntermediates(steps: readonly Step[]): void {
    const values = [...new Set(steps.map((s) => s.by))].filter((by) => by !== this.#input.node);
    const taken = this.#model.inputs.map((i) => i.name);
    const letter = ['v', 'z', 'h', 'q'].find((l) => !taken.some((name) => name.startsWith(l))) ?? 'v__';
    values.forEach((value, k) => {
      const name = values.length > 1 ? `${letter}${k + 1}` : letter;
      this.#letters.set(value, this.#b.leaf({ name, role: 'variable', element: 'real', shape: this.#b.graph.shape(value) }));
    });
  }

  /** With its letter in place of a value that is differentiated by. */
  #by(node: NodeId, value: NodeId): NodeId {
    const letter = this.#letters.get(value);
    return letter === undefined ? node : (substitute(this.#b, [node], new Map([[value, letter]]))[0] ?? node);
  }

  /** `d/dx(sin(x^2))` */
  #pending({ of, by }: Pending): string {
    const x = this.#print(this.#letters.get(by) ?? this.#input.node);
    const text = this.#print(this.#by(of, by));
    switch (this.#notation) {
      case 'ascii': return `d/d${x}(${text})`;
      case 'unicode': return this.#model.inputs.length > 1 ? `∂/∂${x}(${text})` : `d/d${x}(${text})`;
      case 'latex': return `\\frac{${this.#model.inputs.length > 1 ? `\\partial}{\\partial ${x}` : `d}{d${x}`}}\\left(${text}\\right)`;
    }
  }

  /** Placeholders print as names that nothing else has; each is replaced by what it stands for. */
  #withParts(node: NodeId, placeholders: ReadonlyMap<NodeId, Pending>): string {
    const names = [...placeholders].map(([placeholder, part]) => [this.#print(placeholder), part] as const).sort(([a], [b]) => b.length - a.length);
    let text = this.#print(node);
    for (const [name, part] of names) if (text.includes(name)) text = text.replaceAll(name, () => this.#pending(part));
    return text;
  }

  #noteOf({ rule, inner, entry, by }: Step): string {
    const functions = inner.map((u) => this.#print(this.#by(u, by)));
    const letterOf = (k: number): string => {
      const letter = this.#letters.get(inner[k] ?? -1);
      return letter !== undefined ? this.#print(letter) : functions.length > 1 ? `u${k + 1}` : 'u';
    };
    switch (rule) {
      case 'quotient': return `f = ${functions[0] ?? ''}, g = ${functions[1] ?? ''}`;
      case 'log-derivative': return `u^v = exp(v*ln(u)); here v*ln(u) = ${functions[0] ?? ''}`;
      case 'table': return tableEntry(entry).join('; ');
      case 'chain': case 'power': case 'exponential':
        return [...functions.map((u, k) => `${letterOf(k)} = ${u}`), ...tableEntry(entry).map((e) => `table: ${e}`)].join('; ');
      default: return '';
    }
  }
}

function root(model: Model, question: Question): NodeId {
  const found = model.answer;
  return found?.kind === 'value' || found?.kind === 'function' || found?.kind === 'derivative' ? found.node : question.shown;
}

/** `d/dx sin(x) = cos(x)`, from the row itself, as a reader writes it: `1 - tanh(x)^2` for a primitive that nobody types. */
function tableEntry(name: string | undefined): string[] {
  const op = name === undefined ? undefined : findOp(name);
  if (op === undefined || rowOf(op).kind !== 'primitive') return [];
  const b = new Builder(new Graph());
  const { args } = rowOf(op);
  const leaves = args.map((arg) => b.leaf({ name: arg, role: 'variable', element: 'real', shape: [] }));
  const value = b.map(op, leaves.map((leaf) => b.whole(leaf)), []);
  return args.flatMap((arg, k) => {
    const partial = partialOf(op, k);
    if ('refused' in partial) return [];
    const { id } = instantiate(b, partial, [...leaves, value].map((node) => b.whole(node)), []);
    return [`d/d${arg} ${printNode(b.graph, value, { notation: 'ascii' })} = ${quotedText(b, id, [value])}`];
  });
}
