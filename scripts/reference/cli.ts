/** docs/reference/cli.md: the commands and their flags, from the tables that help and completion are made of. */
import { commands, type Command } from '../../src/cli/commands.ts';
import { commonFlags, flagRows, shortFlags, type FlagRow } from '../../src/cli/flags.ts';
import { EXIT_CODES, signature } from '../../src/cli/help.ts';

export function cliPage(): string {
  return [
    '# Command line', '', 'Generated from the tables in `src/cli/`; do not edit. The same is said by `diffc --help` and `diffc COMMAND --help`.', '',
    ...commands.flatMap(section),
    '## Everywhere', '', ...flagTable(commonFlags.map((flag) => [flag, flagRows[flag]])), '`-` in place of a formula or a file reads standard input.', '', EXIT_CODES, '',
  ].join('\n');
}

function section(command: Command): string[] {
  const flags = Object.entries(command.flags);
  return [
    `## \`diffc ${signature(command)}\``, '', `${sentence(command.summary)}.`, '',
    '| example | |', '| --- | --- |', ...command.examples.map(([line, remark]) => `| \`diffc ${cell(line)}\` | ${cell(remark)} |`), '',
    ...(flags.length === 0 ? [] : flagTable(flags)),
  ];
}

function flagTable(flags: readonly (readonly [string, FlagRow])[]): string[] {
  const short = new Map([...shortFlags].map(([letter, flag]) => [flag as string, `\`${letter}\`, `]));
  return ['| flag | |', '| --- | --- |', ...flags.map(([name, { takes, summary }]) => `| ${short.get(name) ?? ''}\`--${name}${takes === undefined ? '' : ` ${cell(takes)}`}\` | ${cell(summary)} |`), ''];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
