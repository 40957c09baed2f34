/** How lines and files are read: goldens, one per family of readings. UPDATE_GOLDEN=1 writes the outputs anew. */
import { join } from 'node:path';
import { describe } from 'vitest';
import { testGolden } from '../support/golden.ts';
import { fileText, lineAnswer } from './answers.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);

describe('every formula of the article gets its verdict', () => testGolden(golden('article.txt'), (input) => lineAnswer(input)));
describe('one-liners: kinds and sizes of undeclared names', () => testGolden(golden('lines.txt'), (input) => lineAnswer(input)));
describe('matrix mode: kinds by letters', () => testGolden(golden('matrix.txt'), (input) => lineAnswer(input, 'matrix')));
describe('files', () => testGolden(golden('files.txt'), fileText));
