/** An emitted module as a finished structure: printed directly, or handed to ts-morph in one call. */

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly docs: readonly string[];
  readonly optional: boolean;
  readonly readonly: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
  /** default value; such parameters come last */
  readonly initial?: string;
}

export interface Method {
  readonly name: string;
  readonly docs: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly returns: string;
}

export interface InterfaceDeclaration {
  readonly kind: 'interface';
  readonly name: string;
  readonly docs: readonly string[];
  readonly fields: readonly Field[];
  readonly methods: readonly Method[];
}

export interface FunctionDeclaration extends Method {
  readonly kind: 'function';
  readonly exported: boolean;
  readonly body: readonly string[];
}

/** Constants, checks and kernels: already in the module's language. */
export interface TextDeclaration {
  readonly kind: 'text';
  readonly text: string;
}

export type Declaration = InterfaceDeclaration | FunctionDeclaration | TextDeclaration;

export interface EmittedModule {
  /** comment lines, without the slashes */
  readonly header: readonly string[];
  readonly docs: readonly string[];
  readonly declarations: readonly Declaration[];
}
