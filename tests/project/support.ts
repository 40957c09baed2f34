/** A project in a folder of its own, and the command run in it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '../../src/cli/main.ts';

export const lossModel = 'param w: R, b: R\ndata x: R, y: R\n/// squared error\nL = (w*x + b - y)^2\nderive value, gradient of L wrt w, b\n';

export class Project {
  readonly root: string = mkdtempSync(join(tmpdir(), 'diffc-project-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }
  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }
  files(): string[] {
    return readdirSync(this.root, { recursive: true, withFileTypes: true }).filter((e) => !e.isDirectory()).map((e) => join(e.parentPath, e.name).slice(this.root.length + 1)).sort();
  }
  /** stdout, stderr and exit code of `diffc …` in the project's folder */
  async run(...argv: readonly string[]): Promise<{ out: string; errors: string; code: number }> {
    const before = process.cwd();
    process.chdir(this.root);
    let out = '';
    let errors = '';
    try {
      const code = await main(argv, { write: (t) => void (out += t), writeError: (t) => void (errors += t), readStdin: () => Buffer.from(lossModel), colour: false, progress: false, width: 100 });
      return { out, errors, code };
    } finally {
      process.chdir(before);
    }
  }
  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
