/** The process: streams, colours, exit code. */
import { readFileSync } from 'node:fs';
import { main } from './main.ts';
import { wantsColour, type Terminal } from './report.ts';

const terminal: Terminal = {
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  readStdin: () => readFileSync(0),
  colour: !process.argv.includes('--no-color') && wantsColour(process.stderr.isTTY, process.env),
  progress: process.stderr.isTTY,
  width: process.stderr.columns ?? 100,
};

// a reader that stops early (`diffc … | head`) is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

void main(process.argv.slice(2), terminal).then((code) => {
  process.exitCode = code;
});
