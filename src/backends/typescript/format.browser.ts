/** In a page there is no prettier: the printer's own layout stays. */
export function format(text: string): Promise<string> {
  return Promise.resolve(text);
}
