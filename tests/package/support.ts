/** The package as `npm pack` makes it, unpacked or installed in an empty folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../support/sources.ts';

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'diffc-package-'));

/** Packs what `npm run build` has made. */
export function packed(): string {
  const folder = emptyFolder();
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: root });
  return join(folder, readdirSync(folder)[0] ?? '');
}

/** Installs as a user does; where the registry is out of reach, unpacks and links the same dependencies. */
export function install(tarball: string, folder: string): void {
  const npm = spawnSync('npm', ['install', tarball, '--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=0', '--fetch-timeout=20000'], { cwd: folder, encoding: 'utf8', timeout: 90_000 });
  if (npm.status === 0) return;
  console.log('%s', `tests/package: the registry is out of reach, dependencies are linked instead (${npm.stderr.trim().split('\n')[0] ?? ''})`);
  unpack(tarball, folder);
}

/** The package and its dependencies under `node_modules`, without a registry. */
export function unpack(tarball: string, folder: string): void {
  const own = join(folder, 'node_modules/diffc');
  mkdirSync(own, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', own, '--strip-components=1']);
  const { dependencies } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  const bin = join(folder, 'node_modules/.bin/diffc');
  if (!existsSync(bin)) symlinkSync('../diffc/dist/cli/bin.js', bin);
}
