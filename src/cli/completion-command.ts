/** `diffc completion bash|zsh|fish`: a completion script, made from the tables of commands and flags. */
import { Bag } from '../diagnostics/bag.ts';
import { catalog } from '../diagnostics/catalog.ts';
import { opNames, rowOf } from '../ops/table.ts';
import type { Arguments } from './arguments.ts';
import { commands, type Command } from './commands.ts';
import { commonFlags, flagRows, type FlagRow } from './flags.ts';
import { reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import { onlyTarget } from './subject.ts';

/** Each shell's script. */
const scripts = { bash, zsh, fish } as const satisfies Record<string, () => string>;
type Shell = keyof typeof scripts;
const isShell = (name: string): name is Shell => Object.hasOwn(scripts, name);

export function completionCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const shell = onlyTarget(targets, { name: 'completion', takes: 'a shell: `bash`, `zsh` or `fish`' }, args, terminal, new Bag());
  if (shell === undefined) return 2;
  if (!isShell(shell)) {
    const bag = new Bag();
    bag.report('bad-flag-value', undefined, { flag: 'completion', value: shell, expected: '`bash`, `zsh` or `fish`' });
    reportFailure(terminal, format, bag.diagnostics);
    return 2;
  }
  const text = scripts[shell]();
  terminal.write(format === 'json' ? `${toJson({ ok: true, version: 1, shell, script: text })}\n` : text);
  return 0;
}

const named: readonly Command[] = commands.filter((c) => c.name !== '');
const flagsOf = (command: Command): (readonly [string, FlagRow])[] => [...Object.entries(command.flags), ...commonFlags.map((f) => [f, flagRows[f]] as const)];

/** Words that a command takes; undefined when they are files. */
function wordsOf({ completes }: Command): readonly string[] | undefined {
  switch (completes) {
    case 'models': return undefined;
    case 'operations': return opNames().filter((name) => rowOf(name).reads === undefined);
    case 'codes': return Object.keys(catalog);
    default: return completes;
  }
}

function bash(): string {
  const values = commands.flatMap((command) => flagsOf(command).flatMap(([flag, { values: offered }]) => {
    if (offered === undefined) return [];
    const reply = offered === 'files' ? 'compgen -f --' : offered === 'directories' ? 'compgen -d --' : `compgen -W "${offered.join(' ')}" --`;
    return [`    "${command.name} --${flag}") COMPREPLY=($(${reply} "$current")); return ;;`];
  }));
  const flags = commands.map((c) => `      "${c.name}") COMPREPLY=($(compgen -W "${flagsOf(c).map(([f]) => `--${f}`).join(' ')}" -- "$current")) ;;`);
  const words = named.map((c) => {
    const list = wordsOf(c);
    return `    ${c.name}) ${list === undefined ? `COMPREPLY=($(compgen -f -X '!*.diff' -- "$current") $(compgen -d -- "$current"))` : `COMPREPLY=($(compgen -W "${list.join(' ')}" -- "$current"))`} ;;`;
  });
  return `# bash completion of diffc: source this file, or put it into ~/.local/share/bash-completion/completions/diffc
_diffc() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${named.map((c) => c.name).join('|')}) command=$word; break ;; esac
  done
  COMPREPLY=()
  case "$command $previous" in
${values.join('\n')}
  esac
  if [[ $current == -* ]]; then
    case "$command" in
${flags.join('\n')}
    esac
    return
  fi
  case "$command" in
    "") COMPREPLY=($(compgen -W "${named.map((c) => c.name).join(' ')}" -- "$current")) ;;
${words.join('\n')}
  esac
}
complete -F _diffc diffc
`;
}

/** Text inside single quotes of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function zsh(): string {
  const escaped = (text: string): string => text.replaceAll(/[[\]:]/g, (c) => `\\${c}`);
  const action = ({ values }: FlagRow): string => (values === undefined ? '' : values === 'files' ? '_files' : values === 'directories' ? '_directories' : `(${values.join(' ')})`);
  const spec = ([flag, row]: readonly [string, FlagRow]): string => quoted(`--${flag}[${escaped(row.summary)}]${row.takes === undefined ? '' : `:${escaped(row.takes)}:${action(row)}`}`);
  const rest = (command: Command): string => {
    const words = wordsOf(command);
    return words === undefined ? quoted('*:model:_files -g "*.diff(-.) *(-/)"') : quoted(`*:argument:(${words.join(' ')})`);
  };
  const cases = named.map((c) => `    ${c.name}) _arguments ${flagsOf(c).map(spec).join(' ')} ${rest(c)} ;;`);
  const [expression] = commands;
  return `#compdef diffc
# zsh completion of diffc: put it as _diffc into a directory of $fpath
_diffc() {
  local -a commands
  commands=(${named.map((c) => quoted(`${c.name}:${escaped(c.summary)}`)).join(' ')})
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe command commands
    return
  fi
  local command=$words[2]
  case $command in
${cases.join('\n')}
    *) _arguments ${expression === undefined ? '' : flagsOf(expression).map(spec).join(' ')} ;;
  esac
}
_diffc "$@"
`;
}

function fish(): string {
  const argument = ({ takes, values }: FlagRow): string => (takes === undefined ? '' : values === 'files' ? ' -r -F' : values === 'directories' ? ' -x -a "(__fish_complete_directories)"' : values === undefined ? ' -x' : ` -x -a ${quoted(values.join(' '))}`);
  const lines = named.map((c) => `complete -c diffc -n __fish_use_subcommand -f -a ${c.name} -d ${quoted(c.summary)}`);
  for (const command of commands) {
    const when = command.name === '' ? '__fish_use_subcommand' : `'__fish_seen_subcommand_from ${command.name}'`;
    for (const [flag, row] of Object.entries(command.flags)) lines.push(`complete -c diffc -n ${when} -l ${flag}${argument(row)} -d ${quoted(row.summary)}`);
    const words = command.name === '' ? [] : wordsOf(command);
    if (words === undefined) lines.push(`complete -c diffc -n ${when} -F`);
    else if (words.length > 0) lines.push(`complete -c diffc -n ${when} -f -a ${quoted(words.join(' '))}`);
  }
  for (const flag of commonFlags) lines.push(`complete -c diffc -l ${flag} -d ${quoted(flagRows[flag].summary)}`);
  return `# fish completion of diffc: put it into ~/.config/fish/completions/diffc.fish\n${lines.join('\n')}\n`;
}
