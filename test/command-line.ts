/** How `npm run simulate`, `torture`, `bench` and `journey` understand their command lines: help is no mistake, and a mistake is one sentence and no stack. */
export type Asked<Wanted> =
  | { readonly kind: 'run'; readonly wanted: Wanted }
  /** For a person, in the place of a run. */
  | { readonly kind: 'tell'; readonly exit: 0 | 2; readonly text: string };

/** @param read parses the arguments; a text it returns is a mistake in words, and so is what `parseArgs` throws */
export function understand<Wanted extends object>(
  command: string,
  usage: string,
  args: readonly string[],
  read: () => Wanted | string,
): Asked<Wanted> {
  if (args.includes('--help') || args.includes('-h')) return { kind: 'tell', exit: 0, text: usage };
  let wanted: Wanted | string;
  try {
    wanted = read();
  } catch (cause) {
    if (!isMistake(cause)) throw cause;
    // What follows the first sentence is about arguments that begin with a dash; none of ours does.
    wanted = cause.message.split('. ')[0] ?? '';
  }
  if (typeof wanted !== 'string') return { kind: 'run', wanted };
  return { kind: 'tell', exit: 2, text: `${wanted.replace(/\.$/, '')}; what there is: npm run ${command} -- --help` };
}

/** Help is what was asked for; a mistake must not stand among the results. */
export function tell({ exit, text }: Extract<Asked<object>, { kind: 'tell' }>): number {
  (exit === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  return exit;
}

function isMistake(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && cause.code.startsWith('ERR_PARSE_ARGS_');
}
