/** A peer in a process of its own, asked and answered line by line without giving up the thread: samples stay interleaved. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #to: number;
  readonly #from: number;

  /** Throws when the platform has no named pipes or the program does not start. */
  constructor(program: string, args: readonly string[]) {
    this.#folder = mkdtempSync(join(tmpdir(), 'diffc-peer-'));
    const [to, from] = ['to', 'from'].map((name) => join(this.#folder, name));
    const made = spawnSync('mkfifo', [to!, from!]);
    if (made.status !== 0) throw new Error('no named pipes here');
    const quoted = [program, ...args].map((a) => `'${a}'`).join(' ');
    this.#child = spawn('sh', ['-c', `exec ${quoted} < '${to!}' > '${from!}'`], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#to = openSync(to!, 'w');
    this.#from = openSync(from!, 'r');
  }

  /** The next line; empty when the peer is gone. */
  read(): string {
    const byte = Buffer.alloc(1);
    let line = '';
    while (readSync(this.#from, byte) === 1 && byte[0] !== 10) line += byte.toString('latin1');
    return line;
  }

  ask(line: string): string {
    writeSync(this.#to, `${line}\n`);
    return this.read();
  }

  close(): void {
    closeSync(this.#to);
    closeSync(this.#from);
    this.#child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
