// Prints what completes the command line in a shell, from the same tables that read it.
import { PROGRAM } from '../version.ts';
import { ARGUMENTS, COMMANDS, type Command, flagList } from './flags.ts';

type Flag = ReturnType<typeof flagList>[number];

const NAMES = Object.keys(COMMANDS);
const FUNCTION = `_${PROGRAM.replaceAll('-', '_')}`;
/** In single quotes, for sh and zsh. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const takesValue = ({ shown }: Flag) => shown !== undefined;
const flagsOf = (command: string) =>
  flagList().filter(({ of }) => of === undefined || of.some((one) => one === command));
const argumentsOf = Object.entries(ARGUMENTS).map(([name, { choices }]) => [name, choices.join(' ')] as const);

/** For bash, unless another of the known shells is meant. */
export const completion = (shell: string | undefined): string =>
  shell === 'zsh' ? zsh() : shell === 'fish' ? fish() : bash();

function bash(): string {
  const valued = flagList().filter(takesValue);
  const named = (flags: readonly Flag[]) => flags.map(({ name }) => `--${name}`).join('|');
  const chosen = valued.filter(({ choices }) => choices !== undefined);
  const files = valued.filter(({ shown }) => shown === 'FILE');
  const written = (command: string) =>
    flagsOf(command)
      .map((flag) => `--${flag.name}${takesValue(flag) ? '=' : ''}`)
      .join(' ');
  return `# source <(${PROGRAM} completion bash)
${FUNCTION}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case $word in ${NAMES.join('|')}) command=$word; break ;; esac
  done
  # For bash, the = of a flag is a word.
  if [[ $cur == = ]]; then cur=; elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  COMPREPLY=()
  case $before in
${chosen.map(({ name, choices = [] }) => `    --${name}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return ;;`).join('\n')}
    ${named(files)}) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    ${named(valued)}) return ;;
  esac
  if [[ $cur == -* ]]; then
    case \${command:-serve} in
${NAMES.map((name) => `      ${name}) COMPREPLY=($(compgen -W '${written(name)}' -- "$cur")) ;;`).join('\n')}
    esac
    if [[ \${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
    return
  fi
  case $command in
    '') COMPREPLY=($(compgen -W '${NAMES.join(' ')}' -- "$cur")) ;;
${argumentsOf.map(([name, choices]) => `    ${name}) COMPREPLY=($(compgen -W '${choices}' -- "$cur")) ;;`).join('\n')}
  esac
}
complete -F ${FUNCTION} ${PROGRAM}
`;
}

function zsh(): string {
  const guard = (text: string) => text.replace(/[[\]:\\]/g, '\\$&');
  const spec = ({ name, says, isRepeatable, shown, choices }: Flag) => {
    const value = choices === undefined ? (shown === 'FILE' ? '_files' : ' ') : `(${choices.join(' ')})`;
    return quote(
      `${isRepeatable ? '*' : ''}--${name}${shown === undefined ? '' : '='}[${guard(says)}]${shown === undefined ? '' : `:${guard(shown)}:${value}`}`,
    );
  };
  const commands = Object.entries(COMMANDS).map(([name, says]) => quote(`${name}:${says}`));
  return `#compdef ${PROGRAM}
# source <(${PROGRAM} completion zsh)
${FUNCTION}() {
  local -a commands flags
  local argument=' '
  commands=(${commands.join(' ')})
  case \${words[2]} in
${argumentsOf.map(([name, choices]) => `    ${name}) argument='(${choices})' ;;`).join('\n')}
  esac
  case \${words[2]} in
${NAMES.filter((name) => name !== 'serve')
  .map((name) => `    ${name}) flags=(${flagsOf(name).map(spec).join(' ')}) ;;`)
  .join('\n')}
    *) flags=(${flagsOf('serve').map(spec).join(' ')}) ;;
  esac
  _arguments "$flags[@]" '1: :{_describe command commands}' "2: :$argument"
}
compdef ${FUNCTION} ${PROGRAM}
`;
}

function fish(): string {
  const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const line = (...words: readonly string[]) =>
    `complete -c ${PROGRAM} ${words.filter((word) => word !== '').join(' ')}`;
  const seen = (names: readonly string[]) => `__fish_seen_subcommand_from ${names.join(' ')}`;
  // serve is meant where no command is named.
  const condition = (of: readonly Command[] | undefined) => {
    if (of === undefined) return '';
    const others = NAMES.filter((name) => !of.some((one) => one === name));
    return `-n ${quoted(of.includes('serve') ? `not ${seen(others)}` : seen(of))}`;
  };
  const value = ({ shown, choices }: Flag) => {
    if (shown === undefined) return '';
    if (choices !== undefined) return `-x -a ${quoted(choices.join(' '))}`;
    return shown === 'FILE' ? '-r -F' : '-x';
  };
  return [
    `# ${PROGRAM} completion fish | source`,
    line('-f'),
    ...Object.entries(COMMANDS).map(([name, says]) => line('-n __fish_use_subcommand', '-a', name, '-d', quoted(says))),
    ...argumentsOf.map(([name, choices]) => line(`-n ${quoted(seen([name]))}`, '-a', quoted(choices))),
    ...flagList().map((flag) => line(condition(flag.of), '-l', flag.name, value(flag), '-d', quoted(flag.says))),
    '',
  ].join('\n');
}
