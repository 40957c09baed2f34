/** What differs between TypeScript and JavaScript text: annotations, and the mark that an index is in range. */
export interface Dialect {
  readonly language: 'ts' | 'js';
  /** `: number` */
  readonly typed: (type: string) => string;
  /** `a[i]!`: checked by construction, where noUncheckedIndexedAccess would see undefined */
  readonly element: (array: string, index: string) => string;
}

export const typescript: Dialect = {
  language: 'ts',
  typed: (type) => `: ${type}`,
  element: (array, index) => `${array}[${index}]!`,
};

export const javascript: Dialect = {
  language: 'js',
  typed: () => '',
  element: (array, index) => `${array}[${index}]`,
};
