import { createHash } from 'node:crypto';
import { assert, property, string } from './support/property.ts';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../src/digest.ts';

const reference = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('SHA-256', () => {
  it.each([0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 1000])('of %i characters is what node:crypto says', (n) => {
    expect(sha256('ŷ'.repeat(n))).toBe(reference('ŷ'.repeat(n)));
    expect(sha256('y'.repeat(n))).toBe(reference('y'.repeat(n)));
  });

  it('of any text is what node:crypto says', () => {
    assert(property(string({ unit: 'binary', maxLength: 300 }), (text) => { expect(sha256(text)).toBe(reference(text)); }));
  });
});
