/** The programs of samples/gallery/, each with its model and the file of data that it reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as runtime from '../src/runtime/index.ts';

const root = join(import.meta.dirname, '..');

export interface Exhibit {
  /** of the program and the picture */
  readonly name: string;
  readonly title: string;
  /** path of the model below samples/, and of its twin below generated/, without extension */
  readonly model: string;
  /** a file of samples/data/ */
  readonly data?: string;
}

export const EXHIBITS: readonly Exhibit[] = [
  { name: 'regression', title: 'Linear regression', model: 'models/01-linear-regression' },
  { name: 'logistic', title: 'Logistic regression', model: 'models/02-logistic', data: 'iris.csv' },
  { name: 'network', title: 'A network', model: 'gallery/network' },
  { name: 'mixture', title: 'A mixture of normal densities', model: 'models/06-gmm', data: 'iris.csv' },
  { name: 'attention', title: 'Attention', model: 'gallery/attention' },
  { name: 'lstm', title: 'An LSTM layer', model: 'gallery/lstm' },
  { name: 'gaussian-process', title: 'A Gaussian process', model: 'gallery/gaussian-process' },
  { name: 'greeks', title: 'Greeks of an option', model: 'models/09-black-scholes' },
  { name: 'inverse-kinematics', title: 'An arm that reaches', model: 'models/10-robot-arm' },
  { name: 'circle-fit', title: 'A circle through points', model: 'models/20-circle-fit' },
  { name: 'bundle-adjustment', title: 'Bundle adjustment', model: 'models/11-bundle-adjustment' },
  { name: 'lotka-volterra', title: 'Predators and prey', model: 'models/18-lotka-volterra' },
  { name: 'eight-schools', title: 'Eight schools', model: 'inference/eight-schools', data: 'eight-schools.json' },
];

export interface Shown {
  readonly figures: Readonly<Record<string, number | string>>;
  /** SVG */
  readonly picture: string;
}

/** Runs a program of the gallery with the module emitted from its model. */
export async function runExhibit({ name, model, data }: Exhibit): Promise<Shown> {
  const program = (await import(join(root, `samples/gallery/${name}.mjs`))) as { readonly run: (module: unknown, runtime: unknown, data: string | undefined) => Shown };
  const module: unknown = await import(join(root, `generated/${model}.ts`));
  return program.run(module, runtime, data === undefined ? undefined : readFileSync(join(root, 'samples/data', data), 'utf8'));
}
