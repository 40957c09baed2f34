// Generated from src/structure/colouring.ts by scripts/build-kernels.ts; do not edit.

export interface DeclarationSource {
  /** TypeScript with its comment, without `export` */
  readonly source: string;
  /** the same in plain JavaScript; nothing for a type */
  readonly javascript: string;
  /** the declarations that it mentions */
  readonly dependsOn: readonly string[];
}

export const colouringSources: Readonly<Record<string, DeclarationSource>> = {
  Pattern: {
    source: `/** Column numbers of each row, ascending. */
type Pattern = readonly (readonly number[])[];`,
    javascript: ``,
    dependsOn: [],
  },
  Colouring: {
    source: `interface Colouring {
  /** -1: the line needs no seed */
  readonly colours: readonly number[];
  readonly count: number;
}`,
    javascript: ``,
    dependsOn: [],
  },
  Recovered: {
    source: `/** An entry and the product that holds it: element \`line\` of the product with seed \`colour\`. */
interface Recovered {
  readonly row: number;
  readonly column: number;
  readonly colour: number;
  readonly line: number;
}`,
    javascript: ``,
    dependsOn: [],
  },
  Seeding: {
    source: `/** Seeds for one side of a matrix, and the entries that are read off their products. */
interface Seeding extends Colouring {
  readonly entries: readonly Recovered[];
}`,
    javascript: ``,
    dependsOn: ['Colouring', 'Recovered'],
  },
  Seedings: {
    source: `/** Seeds for columns and for rows, every entry with one of them. */
interface Seedings {
  readonly columns: Seeding;
  readonly rows: Seeding;
}`,
    javascript: ``,
    dependsOn: ['Seeding'],
  },
  transposed: {
    source: `/** Row numbers of each column. */
function transposed(pattern: Pattern, columns: number): number[][] {
  const lines: number[][] = Array.from({ length: columns }, () => []);
  pattern.forEach((row, r) => row.forEach((c) => lines[c]?.push(r)));
  return lines;
}`,
    javascript: `function transposed(pattern, columns) {
  const lines = Array.from({ length: columns }, () => []);
  pattern.forEach((row, r) => row.forEach((c) => lines[c]?.push(r)));
  return lines;
}`,
    dependsOn: ['Pattern'],
  },
  colourColumns: {
    source: `/** Colours such that no row of the pattern has two columns of one colour; long rows first would not help, short columns last does. */
function colourColumns(pattern: Pattern, columns: number): Colouring {
  const rowsOf = transposed(pattern, columns);
  const colours = new Array<number>(columns).fill(-1);
  const order = [...colours.keys()].sort((p, q) => (rowsOf[q]?.length ?? 0) - (rowsOf[p]?.length ?? 0) || p - q);
  let count = 0;
  for (const column of order) {
    const rows = rowsOf[column] ?? [];
    if (rows.length === 0) continue;
    const taken = new Set(rows.flatMap((r) => (pattern[r] ?? []).map((c) => colours[c] ?? -1)));
    const colour = firstFree(taken);
    colours[column] = colour;
    count = Math.max(count, colour + 1);
  }
  return { colours, count };
}`,
    javascript: `function colourColumns(pattern, columns) {
  const rowsOf = transposed(pattern, columns);
  const colours = new Array(columns).fill(-1);
  const order = [...colours.keys()].sort((p, q) => (rowsOf[q]?.length ?? 0) - (rowsOf[p]?.length ?? 0) || p - q);
  let count = 0;
  for (const column of order) {
    const rows = rowsOf[column] ?? [];
    if (rows.length === 0) continue;
    const taken = new Set(rows.flatMap((r) => (pattern[r] ?? []).map((c) => colours[c] ?? -1)));
    const colour = firstFree(taken);
    colours[column] = colour;
    count = Math.max(count, colour + 1);
  }
  return { colours, count };
}`,
    dependsOn: ['Colouring', 'Pattern', 'firstFree', 'transposed'],
  },
  colourStar: {
    source: `/** Colours of the rows and columns of a symmetric pattern such that every path of four vertices has three of them. */
function colourStar(pattern: Pattern): Colouring {
  const colours = new Array<number>(pattern.length).fill(-1);
  const neighbours = pattern.map((row, v) => row.filter((w) => w !== v));
  // the vertices that many others meet get colours of their own
  const order = [...colours.keys()].sort((p, q) => (neighbours[q]?.length ?? 0) - (neighbours[p]?.length ?? 0) || p - q);
  let count = 0;
  for (const v of order) {
    if ((pattern[v] ?? []).length === 0) continue;
    const colour = firstFree(forbidden(v, neighbours, colours));
    colours[v] = colour;
    count = Math.max(count, colour + 1);
  }
  return { colours, count };
}`,
    javascript: `function colourStar(pattern) {
  const colours = new Array(pattern.length).fill(-1);
  const neighbours = pattern.map((row, v) => row.filter((w) => w !== v));
  const order = [...colours.keys()].sort((p, q) => (neighbours[q]?.length ?? 0) - (neighbours[p]?.length ?? 0) || p - q);
  let count = 0;
  for (const v of order) {
    if ((pattern[v] ?? []).length === 0) continue;
    const colour = firstFree(forbidden(v, neighbours, colours));
    colours[v] = colour;
    count = Math.max(count, colour + 1);
  }
  return { colours, count };
}`,
    dependsOn: ['Colouring', 'Pattern', 'firstFree', 'forbidden'],
  },
  forbidden: {
    source: `/** Colours that v cannot have: those of its neighbours, and those that would close a path of four with two colours. */
function forbidden(v: number, neighbours: Pattern, colours: readonly number[]): Set<number> {
  const taken = new Set<number>();
  const colourOf = (w: number): number => colours[w] ?? -1;
  const own = (neighbours[v] ?? []).filter((w) => colourOf(w) >= 0);
  const twice = new Set(own.map(colourOf).filter((c, k, all) => all.indexOf(c) !== k));
  for (const w of own) {
    taken.add(colourOf(w));
    for (const x of neighbours[w] ?? []) {
      if (x === v || colourOf(x) < 0) continue;
      // v in the middle: u – v – w – x with u and w of one colour
      if (twice.has(colourOf(w))) taken.add(colourOf(x));
      // v at the end: v – w – x – y with w and y of one colour
      if ((neighbours[x] ?? []).some((y) => y !== w && colourOf(y) === colourOf(w))) taken.add(colourOf(x));
    }
  }
  return taken;
}`,
    javascript: `function forbidden(v, neighbours, colours) {
  const taken = /* @__PURE__ */ new Set();
  const colourOf = (w) => colours[w] ?? -1;
  const own = (neighbours[v] ?? []).filter((w) => colourOf(w) >= 0);
  const twice = new Set(own.map(colourOf).filter((c, k, all) => all.indexOf(c) !== k));
  for (const w of own) {
    taken.add(colourOf(w));
    for (const x of neighbours[w] ?? []) {
      if (x === v || colourOf(x) < 0) continue;
      if (twice.has(colourOf(w))) taken.add(colourOf(x));
      if ((neighbours[x] ?? []).some((y) => y !== w && colourOf(y) === colourOf(w))) taken.add(colourOf(x));
    }
  }
  return taken;
}`,
    dependsOn: ['Pattern'],
  },
  firstFree: {
    source: `function firstFree(taken: ReadonlySet<number>): number {
  let colour = 0;
  while (taken.has(colour)) colour++;
  return colour;
}`,
    javascript: `function firstFree(taken) {
  let colour = 0;
  while (taken.has(colour)) colour++;
  return colour;
}`,
    dependsOn: [],
  },
  Split: {
    source: `/** Columns by seeds, a few dense rows apart. */
interface Split {
  readonly columns: Colouring;
  /** numbered rows that are seeds themselves */
  readonly denseRows: readonly number[];
}`,
    javascript: ``,
    dependsOn: ['Colouring'],
  },
  colourApart: {
    source: `/** The least number of seeds when up to \`most\` of the longest rows are taken apart. */
function colourApart(pattern: Pattern, columns: number, most: number): Split {
  const longest = pattern.map((row, r) => ({ r, length: row.length })).sort((p, q) => q.length - p.length || p.r - q.r).map(({ r }) => r);
  let best: Split | undefined;
  for (let dense = 0; dense <= Math.min(most, pattern.length); dense++) {
    const denseRows = longest.slice(0, dense);
    const rest = pattern.map((row, r) => (denseRows.includes(r) ? [] : row));
    const split = { columns: colourColumns(rest, columns), denseRows };
    if (best === undefined || split.columns.count + dense < best.columns.count + best.denseRows.length) best = split;
  }
  return best ?? { columns: colourColumns(pattern, columns), denseRows: [] };
}`,
    javascript: `function colourApart(pattern, columns, most) {
  const longest = pattern.map((row, r) => ({ r, length: row.length })).sort((p, q) => q.length - p.length || p.r - q.r).map(({ r }) => r);
  let best;
  for (let dense = 0; dense <= Math.min(most, pattern.length); dense++) {
    const denseRows = longest.slice(0, dense);
    const rest = pattern.map((row, r) => denseRows.includes(r) ? [] : row);
    const split = { columns: colourColumns(rest, columns), denseRows };
    if (best === void 0 || split.columns.count + dense < best.columns.count + best.denseRows.length) best = split;
  }
  return best ?? { columns: colourColumns(pattern, columns), denseRows: [] };
}`,
    dependsOn: ['Pattern', 'Split', 'colourColumns'],
  },
  recoverSymmetric: {
    source: `/** Where the entries of a symmetric matrix are read off its products with the seeds. */
function recoverSymmetric(pattern: Pattern, { colours }: Colouring): Recovered[] {
  return pattern.flatMap((row, i) => row.map((j): Recovered => {
    const alone = row.filter((k) => colours[k] === colours[j]).length === 1;
    return alone ? { row: i, column: j, colour: colours[j] ?? -1, line: i } : { row: i, column: j, colour: colours[i] ?? -1, line: j };
  }));
}`,
    javascript: `function recoverSymmetric(pattern, { colours }) {
  return pattern.flatMap((row, i) => row.map((j) => {
    const alone = row.filter((k) => colours[k] === colours[j]).length === 1;
    return alone ? { row: i, column: j, colour: colours[j] ?? -1, line: i } : { row: i, column: j, colour: colours[i] ?? -1, line: j };
  }));
}`,
    dependsOn: ['Colouring', 'Pattern', 'Recovered'],
  },
  seedSymmetric: {
    source: `/** Seeds for a symmetric matrix. */
function seedSymmetric(pattern: Pattern): Seeding {
  const colouring = colourStar(pattern);
  return { ...colouring, entries: recoverSymmetric(pattern, colouring) };
}`,
    javascript: `function seedSymmetric(pattern) {
  const colouring = colourStar(pattern);
  return { ...colouring, entries: recoverSymmetric(pattern, colouring) };
}`,
    dependsOn: ['Pattern', 'Seeding', 'colourStar', 'recoverSymmetric'],
  },
  seedColumns: {
    source: `/** Seeds for columns, and for up to \`most\` dense rows that are taken apart. */
function seedColumns(pattern: Pattern, columns: number, most: number): Seedings {
  const split = colourApart(pattern, columns, most);
  const rows: Colouring = { colours: pattern.map((_, row) => split.denseRows.indexOf(row)), count: split.denseRows.length };
  const entries = pattern.flatMap((line, row) => line.map((column) => ({ row, column })));
  const isApart = ({ row }: { readonly row: number }): boolean => (rows.colours[row] ?? -1) >= 0;
  return {
    columns: { ...split.columns, entries: entries.filter((e) => !isApart(e)).map((e) => ({ ...e, colour: split.columns.colours[e.column] ?? -1, line: e.row })) },
    rows: { ...rows, entries: entries.filter(isApart).map((e) => ({ ...e, colour: rows.colours[e.row] ?? -1, line: e.column })) },
  };
}`,
    javascript: `function seedColumns(pattern, columns, most) {
  const split = colourApart(pattern, columns, most);
  const rows = { colours: pattern.map((_, row) => split.denseRows.indexOf(row)), count: split.denseRows.length };
  const entries = pattern.flatMap((line, row) => line.map((column) => ({ row, column })));
  const isApart = ({ row }) => (rows.colours[row] ?? -1) >= 0;
  return {
    columns: { ...split.columns, entries: entries.filter((e) => !isApart(e)).map((e) => ({ ...e, colour: split.columns.colours[e.column] ?? -1, line: e.row })) },
    rows: { ...rows, entries: entries.filter(isApart).map((e) => ({ ...e, colour: rows.colours[e.row] ?? -1, line: e.column })) }
  };
}`,
    dependsOn: ['Colouring', 'Pattern', 'Seedings', 'colourApart'],
  },
  seedRows: {
    source: `/** Seeds for rows, and for up to \`most\` dense columns that are taken apart. */
function seedRows(pattern: Pattern, columns: number, most: number): Seedings {
  const exchanged = seedColumns(transposed(pattern, columns), pattern.length, most);
  const back = (seeding: Seeding): Seeding => ({ ...seeding, entries: seeding.entries.map((e) => ({ ...e, row: e.column, column: e.row })) });
  return { columns: back(exchanged.rows), rows: back(exchanged.columns) };
}`,
    javascript: `function seedRows(pattern, columns, most) {
  const exchanged = seedColumns(transposed(pattern, columns), pattern.length, most);
  const back = (seeding) => ({ ...seeding, entries: seeding.entries.map((e) => ({ ...e, row: e.column, column: e.row })) });
  return { columns: back(exchanged.rows), rows: back(exchanged.columns) };
}`,
    dependsOn: ['Pattern', 'Seeding', 'Seedings', 'seedColumns', 'transposed'],
  },
  symmetrised: {
    source: `/** The pattern with the entries of its transpose. */
function symmetrised(pattern: Pattern): number[][] {
  const other = transposed(pattern, pattern.length);
  return pattern.map((row, r) => [...new Set([...row, ...(other[r] ?? [])])].sort((p, q) => p - q));
}`,
    javascript: `function symmetrised(pattern) {
  const other = transposed(pattern, pattern.length);
  return pattern.map((row, r) => [.../* @__PURE__ */ new Set([...row, ...other[r] ?? []])].sort((p, q) => p - q));
}`,
    dependsOn: ['Pattern', 'transposed'],
  },
};
