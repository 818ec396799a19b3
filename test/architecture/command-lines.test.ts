import { describe, expect, it, vi } from 'vitest';
import { main as bench } from '../bench/main.ts';
import { understand } from '../command-line.ts';
import { main as journey } from '../journey/main.ts';
import { main as simulate } from '../simulation/main.ts';
import { main as torture } from '../torture/main.ts';

/** What a person reads who does not know the commands yet. None of these may start anything. */

const notReady = (): never => {
  throw new Error('it began to work');
};
const COMMANDS: readonly (readonly [string, (args: readonly string[]) => Promise<number>])[] = [
  ['simulate', (args) => simulate(args, 'no-such-script.mjs')],
  ['torture', (args) => torture(args, notReady)],
  ['bench', (args) => bench(args, notReady)],
  ['journey', (args) => journey(args, notReady)],
];

async function call(main: (args: readonly string[]) => Promise<number>, ...args: readonly string[]) {
  const said = { out: '', err: '' };
  const keep = (stream: 'out' | 'err') => (chunk: string | Uint8Array) => {
    said[stream] += String(chunk);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep('err')),
  ];
  try {
    return { exit: await main(args), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe.each(COMMANDS)('npm run %s', (name, main) => {
  it.each(['--help', '-h'])('-- %s says what there is, with an example', async (help) => {
    const { exit, out, err } = await call(main, help);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toMatch(new RegExp(`For example: npm run ${name} -- \\S`));
    expect(out, 'every option in the usage').toContain('--json');
  });

  it.each([
    ['--frobnicate', /^Unknown option '--frobnicate'; what there is: npm run \w+ -- --help\n$/],
    ['--json=much', /^Option '--json' does not take an argument; what there is: .*\n$/],
  ])('answers %s with one sentence', async (option, sentence) => {
    const { exit, out, err } = await call(main, option);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toMatch(sentence);
  });
});

it('a name that is none is a mistake as well', async () => {
  for (const [name, main] of COMMANDS) {
    const { exit, err } = await call(main, 'frobnicate');
    expect({ name, exit, lines: err.trimEnd().split('\n').length }).toEqual({ name, exit: 2, lines: 1 });
  }
});

it('an error of our own is no mistake of the person', () => {
  const broken = () => {
    throw new TypeError('undefined is not a function');
  };
  expect(() => understand('simulate', '', [], broken)).toThrow('undefined is not a function');
});
