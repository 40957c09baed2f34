/** Tables of text, records and saved arrays: what is read, and where what cannot be read stands. */
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/runtime/data/csv.ts';
import { DataError } from '../../src/runtime/data/error.ts';
import { readNpy } from '../../src/runtime/data/npy.ts';
import { tableOfRecords } from '../../src/runtime/data/records.ts';

function refusal(read: () => unknown): DataError {
  try {
    read();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readCsv', () => {
  it.each([
    ['comma', 'x,y\n1,2\n3,4.5e-1\n'],
    ['semicolon', 'x;y\n1;2\n3;.45\n'],
    ['tab, CRLF, no last end', 'x\ty\r\n1\t2\r\n3\t0.45'],
    ['quotes, byte order mark, empty lines', '\ufeff"x","y"\n"1","2"\n\n3,+0.45\n\n'],
    ['CR alone', 'x,y\r1,2\r3,0.45\r'],
  ])('%s', (_, text) => {
    const table = readCsv(text);
    expect(table.names).toEqual(['x', 'y']);
    expect([...table.matrix(['y', 'x'])]).toEqual([2, 1, 0.45, 3]);
  });

  it('without a header columns are numbered', () => {
    const table = readCsv('1,2\n3,4\n');
    expect([table.names, [...table.column('2')]]).toEqual([['1', '2'], [2, 4]]);
    expect(readCsv('  1   2 \n 3 4\n').rows).toBe(2);
  });

  it('quoted fields hold separators, quotes and ends of lines; lines are counted', () => {
    const table = readCsv('name,x\n"a, ""b""\nc",1\nd,oops\n');
    expect(table.labels('name').classes).toEqual(['a, "b"\nc', 'd']);
    expect(refusal(() => table.column('x')).place).toMatchObject({ row: 2, line: 4, column: 'x' });
  });

  it('labels are numbered by their names, or by given classes', () => {
    const table = readCsv('c\nsetosa\nvirginica\nsetosa\n');
    expect(table.labels('c')).toEqual({ classes: ['setosa', 'virginica'], positions: Int32Array.of(0, 1, 0) });
    expect(refusal(() => table.labels('c', ['setosa'])).message).toBe('row 2 (line 3), column `c`: `virginica` is none of the labels `setosa`');
  });

  it('columns that no one reads may hold anything', () => {
    expect([...readCsv('id,x\nA7,1\n,2\n').column('x')]).toEqual([1, 2]);
  });

  it.each([
    ['missing-cell', 'x,y\n1,2\n2,\n', 'row 2 (line 3), column `y`: the value is missing'],
    ['missing-cell', 'x,y\n1,NA\n', 'row 1 (line 2), column `y`: the value is missing (`NA`)'],
    ['bad-cell', 'x,y\n1,2\n\n2,1.2.3\n', 'row 2 (line 4), column `y`: `1.2.3` is not a number'],
    ['bad-cell', 'x;y\n1;2,5\n', 'row 1 (line 2), column `y`: `2,5` is not a number'],
    ['bad-cell', 'x,y\n1,1e400\n', 'row 1 (line 2), column `y`: `1e400` is too large for a number of double precision'],
    ['bad-cell', 'x,y\n1,0x10\n', 'row 1 (line 2), column `y`: `0x10` is not a number'],
    ['ragged-row', 'x,y\n1,2\n3\n', 'row 2 (line 3): 1 field where 2 are expected: there is nothing for column `y`'],
    ['ragged-row', 'x,y\n1,2,7\n', 'row 1 (line 2): 3 fields where 2 are expected: `7` is one too many'],
    ['duplicate-column', 'x,x,y\n1,2,3\n', 'line 1: two columns are called `x`'],
    ['unknown-column', 'x,z\n1,2\n', 'there is no column `y` among `x`, `z`'],
    ['empty-data', '\n \n', 'there are no rows'],
    ['empty-data', 'x,y\n', 'there are no rows below the header'],
    ['bad-data-file', 'x,y\n1,"2\n3,4\n', 'line 2: a quote is opened and never closed'],
  ])('%s: %j', (code, text, message) => {
    const { code: found, message: said } = refusal(() => readCsv(text).column('y'));
    expect([found, said]).toEqual([code, message]);
  });

  it('the place of a cell is the characters of the text', () => {
    const text = 'x,y\n1,2\n3,four\n';
    const { start, end } = refusal(() => readCsv(text).column('y')).place;
    expect(text.slice(start, end)).toBe('four');
  });
});

describe('tableOfRecords', () => {
  it('reads columns by name, in any order', () => {
    expect([...tableOfRecords([{ x: 1, y: 2 }, { y: 4, x: 3 }]).matrix(['x', 'y'])]).toEqual([1, 2, 3, 4]);
  });

  it.each([
    [[{ x: 1 }, {}], 'missing-cell', 'row 2, column `x`: the value is missing'],
    [[{ x: 1 }, { x: null }], 'missing-cell', 'row 2, column `x`: the value is missing'],
    [[{ x: 1 }, { x: [1] }], 'bad-data-file', 'row 2, column `x`: a number or a text is expected, and no list or record'],
    [[{ x: 1 }, { x: 1, z: 2 }], 'ragged-row', 'row 2, column `z`: the first record has no such name'],
    [[{ x: 1 }, 7], 'bad-data-file', 'row 2: a record with named values is expected'],
    [[], 'empty-data', 'there are no rows'],
  ])('%j', (records, code, message) => {
    const { code: found, message: said } = refusal(() => tableOfRecords(records).column('x'));
    expect([found, said]).toEqual([code, message]);
  });
});

/** What numpy.save writes. */
function npy(descr: string, shape: string, bytes: Uint8Array, order = 'False'): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`;
  const header = `${text.padEnd(117)}\n`;
  const out = new Uint8Array(10 + header.length + bytes.length);
  out.set([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8, ...Buffer.from(header)]);
  out.set(bytes, 10 + header.length);
  return out;
}

describe('readNpy', () => {
  it.each([
    ['<f8', new Uint8Array(Float64Array.of(1.5, -2, 3, 4, 5, 6).buffer), [1.5, -2, 3, 4, 5, 6]],
    ['<f4', new Uint8Array(Float32Array.of(1.5, -2, 3, 4, 5, 6).buffer), [1.5, -2, 3, 4, 5, 6]],
    ['<i8', new Uint8Array(BigInt64Array.of(1n, -2n, 3n, 4n, 5n, 6n).buffer), [1, -2, 3, 4, 5, 6]],
    ['|u1', Uint8Array.of(1, 255, 3, 4, 5, 6), [1, 255, 3, 4, 5, 6]],
  ])('%s', (descr, bytes, values) => {
    const { shape, data } = readNpy(npy(descr, '2, 3', bytes));
    expect([shape, [...data]]).toEqual([[2, 3], values]);
  });

  it.each([
    ['not its form', Buffer.from('x,y\n1,2\n3,4\n'), 'it is not a .npy file'],
    ['cut off', npy('<f8', '3,', new Uint8Array(23)), 'it is cut off or too long: 23 bytes of numbers where 24 are expected'],
    ['column-major', npy('<f8', '1, 1', new Uint8Array(8), 'True'), 'it is column-major: save `numpy.ascontiguousarray` of it'],
    ['complex', npy('<c16', '1,', new Uint8Array(16)), 'arrays of type <c16 are not read: save as little-endian numbers'],
    ['too large', npy('<i8', '1,', new Uint8Array(BigInt64Array.of(2n ** 60n).buffer)), 'the integer 1152921504606846976 is too large for a double'],
  ])('refuses what is %s', (_, bytes, message) => {
    expect(refusal(() => readNpy(bytes)).message).toBe(message);
  });
});
