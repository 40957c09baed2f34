/** The folder in which the commands and programs of one page run: an empty project with diffc installed. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from './sources.ts';

const TSX = join(root, 'node_modules/tsx/dist/esm/index.mjs');
const STRICT = { strict: true, noUncheckedIndexedAccess: true, noEmit: true, target: 'ES2022', module: 'NodeNext', skipLibCheck: true, types: ['node'], typeRoots: [join(root, 'node_modules/@types')], allowArbitraryExtensions: true };

export class PageFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'diffc-page-'));
  readonly #bin = join(this.path, 'node_modules/.bin');

  constructor() {
    mkdirSync(this.#bin, { recursive: true });
    symlinkSync(root, join(this.path, 'node_modules/diffc'));
    symlinkSync(join(root, 'samples'), join(this.path, 'samples'));
    this.#command('diffc', `'${process.execPath}' '${join(root, 'dist/cli/bin.js')}'`);
    this.#command('tsx', `'${process.execPath}' --import '${TSX}'`);
    this.write('package.json', '{ "type": "module" }\n');
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), text);
  }

  /** What a line of a session prints, on both streams. */
  shell(line: string): string {
    return this.#print('sh', ['-c', `exec 2>&1; ${line}`]);
  }

  /** What a program prints, on both streams. */
  program(name: string): string {
    return this.shell(name.endsWith('.ts') ? `tsx ${name}` : `node ${name}`);
  }

  /** What the compiler says of the programs, in the strictest mode. */
  typeErrors(names: readonly string[]): string {
    this.write('tsconfig.json', JSON.stringify({ compilerOptions: STRICT, files: names }));
    return this.#print(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json']);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }

  #command(name: string, starts: string): void {
    writeFileSync(join(this.#bin, name), `#!/bin/sh\nexec ${starts} "$@"\n`);
    chmodSync(join(this.#bin, name), 0o755);
  }

  #print(command: string, args: readonly string[]): string {
    const path = [this.#bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
    const { stdout, stderr } = spawnSync(command, args, { cwd: this.path, encoding: 'utf8', env: { ...process.env, PATH: path, NO_COLOR: '1' } });
    return stdout + stderr;
  }
}
