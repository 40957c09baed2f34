/** `npm run size`: what a page downloads, what a project downloads and what it then has on disk. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..');
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;

const page = readFileSync(join(root, 'dist/browser/diffc.js'));
console.log('%s', `diffc/browser        ${kilobytes(page.length)} minified, ${kilobytes(gzipSync(page).length)} gzip, ${kilobytes(brotliCompressSync(page).length)} brotli`);

const folder = mkdtempSync(join(tmpdir(), 'diffc-size-'));
execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: root });
const [tarball = ''] = readdirSync(folder);
const unpacked = execFileSync('tar', ['-tvzf', join(folder, tarball)], { encoding: 'utf8' }).trim().split('\n').reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[2]), 0);
console.log('%s', `the package          ${kilobytes(statSync(join(folder, tarball)).size)} packed, ${kilobytes(unpacked)} unpacked`);
rmSync(folder, { recursive: true });

/** Everything that `npm install diffc` brings, from the lock file. */
interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly devOptional?: boolean; readonly optional?: boolean; readonly peer?: boolean }>>;
}
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
const installed = Object.entries(lock.packages).filter(([path, p]) => path !== '' && p.dev !== true && p.devOptional !== true && p.optional !== true && p.peer !== true && existsSync(join(root, path)));
const sizes = installed.map(([path]) => [path.replace(/^.*node_modules\//, ''), sizeOf(join(root, path))] as const).sort(([, a], [, b]) => b - a);
const total = sizes.reduce((sum, [, size]) => sum + size, unpacked);
console.log('%s', `npm install diffc    ${kilobytes(total)} on disk in ${installed.length + 1} packages; ${sizes.slice(0, 6).map(([name, size]) => `${name} ${kilobytes(size)}`).join(', ')}`);

/** Packages inside a package are counted for themselves. */
function sizeOf(path: string): number {
  return readdirSync(path, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === 'node_modules') return sum;
    const own = join(path, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(own) : statSync(own).size);
  }, 0);
}
