/** Files of data for `diffc fit` and `diffc sample`. Codes are those of `DataError` in diffc/runtime. `wrong` and `right` are files or command lines. */
import type { Entry } from '../entry.ts';

type InFile = { readonly path: string; readonly reason: string };
const inFile = ({ path, reason }: InFile): string => `${path}, ${reason}`;

export const dataEntries = {
  'missing-cell': {
    severity: 'error',
    message: inFile,
    hint: 'remove the row, or fill in a value: nothing is guessed',
    explanation: 'A cell of a column that the model reads is empty, or holds a word for a missing value such as `NA`, `NaN`, `null` or `?`. Columns that the model does not read may have such cells.',
    wrong: 'x,y\n1,2\n2,\n',
    right: 'x,y\n1,2\n2,4\n',
  },
  'bad-cell': {
    severity: 'error',
    message: inFile,
    hint: 'numbers are written as `-1.5e3`, with a point',
    explanation: 'A cell of a column that the model reads is no number. Text is read as labels only for data declared as `index[N] of K`.',
    wrong: 'x,y\n1,2\n2,four\n',
    right: 'x,y\n1,2\n2,4\n',
  },
  'ragged-row': {
    severity: 'error',
    message: inFile,
    explanation: 'All rows of a table have the same number of fields. A field with a comma is put in double quotes.',
    wrong: 'x,y\n1,2\n2\n',
    right: 'x,y\n1,2\n2,4\n',
  },
  'wrong-label': {
    severity: 'error',
    message: inFile,
    hint: 'positions count from 0; columns of text are numbered by themselves',
    explanation: 'Data declared as `index[N] of K` are positions from 0 to K - 1. A column of text holds labels, which are numbered in the order of their names.',
    wrong: 'x,class\n1,0\n2,1.5\n',
    right: 'x,class\n1,0\n2,1\n',
  },
  'cell-outside-bounds': {
    severity: 'error',
    message: inFile,
    explanation: 'The model declares bounds with `where` that the value does not keep.',
    wrong: 'c,v\n0.02,47\n-0.06,97\n',
    right: 'c,v\n0.02,47\n0.06,97\n',
  },
  'duplicate-column': {
    severity: 'error',
    message: inFile,
    explanation: 'Columns are found by their names, so that the names of a table differ.',
    wrong: 'x,x,y\n1,2,3\n',
    right: 'x1,x2,y\n1,2,3\n',
  },
  'unknown-column': {
    severity: 'error',
    message: inFile,
    explanation: 'A vector of the model is the column of its name. A matrix `X` is the columns `X1`, `X2`, … or `X[1]`, `X[2]`, …, or those that `--columns X=a,b,c` names; `X=a..c` is a range and `X=*` everything that is not used otherwise.',
    wrong: 'diffc fit model.diff --data file.csv --columns y=prise',
    right: 'diffc fit model.diff --data file.csv --columns y=price',
  },
  'empty-data': {
    severity: 'error',
    message: inFile,
    explanation: 'The file holds no row of data.',
    wrong: 'x,y\n',
    right: 'x,y\n1,2\n',
  },
  'bad-data-file': {
    severity: 'error',
    message: inFile,
    hint: 'tables are read from .csv, .tsv and .txt, named values from .json, arrays from .npy as `--data X=x.npy`',
    explanation: 'The file cannot be read as what its name says.',
    wrong: 'diffc fit model.diff --data table.xlsx',
    right: 'diffc fit model.diff --data table.csv',
  },
  'missing-data': {
    severity: 'error',
    message: (a: { name: string; what: string }) => `no data is given for \`${a.name}\`: ${a.what}`,
    explanation: 'Every `data` of the model needs values: a column of the table, a name in the JSON file, or `--set`. Sizes that no data decide are given by `--set` too.',
    wrong: 'diffc fit model.diff --data only-x.csv',
    right: 'diffc fit model.diff --data x-and-y.csv',
  },
  'data-not-used': {
    severity: 'warning',
    message: (a: { path: string; name: string }) => `\`${a.name}\` in ${a.path} is nothing that the model has`,
    explanation: 'The file gives a value to a name that the model does not declare.',
    wrong: '{ "X": [1, 2], "lamda": 0.1 }',
    right: '{ "X": [1, 2], "lambda": 0.1 }',
  },
} as const satisfies Record<string, Entry>;
