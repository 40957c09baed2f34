/** A function that emitted modules may carry with them, as TypeScript text. */
export interface Helper {
  readonly text: string;
  /** the same without types, where these are more than annotations of ours */
  readonly javascript?: string;
  readonly dependsOn: readonly string[];
}

export const helper = (text: string, ...dependsOn: string[]): Helper => ({ text: text.trim(), dependsOn });
