/** The rules that this repository keeps about itself, as functions over file names and texts, so that each can be shown to trip. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Rule {
  readonly name: string;
  /** Which files it looks at. */
  readonly concerns: (path: string) => boolean;
  /** What is wrong with one file; empty when nothing is. */
  readonly judge: (file: SourceFile) => readonly string[];
  /** A file that the rule must refuse. */
  readonly mutation: SourceFile;
}

export const LINES_MAX = 400;

const isSource = (path: string): boolean => /\.(ts|tsx|mjs|css)$/.test(path);
const isTypeScript = (path: string): boolean => /\.tsx?$/.test(path);
const isTest = (path: string): boolean => path.startsWith('test/') && isTypeScript(path);

/** Where a wait is made of its deadline, for all other tests; and where a torture of real processes lets real time go by. */
const WAITING_DOORS: ReadonlySet<string> = new Set(['test/support/eventually.ts', 'test/support/virtual-time.ts', 'test/torture/pace.ts']);

/** Lines on which `pattern` occurs, with their numbers. The rules' own file speaks of what it forbids and is left out by the caller. */
function occurrences(file: SourceFile, pattern: RegExp, say: string): string[] {
  return file.text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1}: ${say}`] : []));
}

function importedOnlyBy(module: string, owners: RegExp): Rule {
  const pattern = new RegExp(`(from |import\\(|require\\()'${module}(/|')`);
  return {
    name: `${module} is imported only where its door is`,
    concerns: (path) => isTypeScript(path) && !path.startsWith('test/') && !owners.test(path),
    judge: (file) => occurrences(file, pattern, `imports ${module}; its door is ${owners.source}`),
    mutation: { path: 'edge-agent/kiosk/x.ts', text: `import x from '${module}';` },
  };
}

export const RULES: readonly Rule[] = [
  {
    name: `a file has at most ${LINES_MAX} lines`,
    concerns: isSource,
    judge: (file) => {
      const lines = file.text.split('\n').length;
      return lines > LINES_MAX ? [`${file.path}: ${lines} lines; give what is a second reason to exist a file of its own`] : [];
    },
    mutation: { path: 'edge-agent/x.ts', text: '\n'.repeat(LINES_MAX + 1) },
  },
  {
    name: 'no test is skipped or singled out',
    concerns: isTest,
    judge: (file) => occurrences(file, /\b(it|test|describe)\.(skip|only|todo|skipIf|runIf)\b/, 'skips or singles out'),
    mutation: { path: 'test/x.test.ts', text: 'it.skip("x")' },
  },
  {
    name: 'no module is mocked',
    concerns: isTest,
    judge: (file) => occurrences(file, /\bvi\.(mock|doMock|spyOn)\b/, 'mocks a module or spies; use a port'),
    mutation: { path: 'test/x.test.ts', text: 'vi.mock("x")' },
  },
  {
    name: 'nobody sleeps in tests',
    // Benchmarks pace what they measure; they are no tests and judge nothing.
    concerns: (path) => isTest(path) && !WAITING_DOORS.has(path) && !path.startsWith('test/bench/'),
    judge: (file) =>
      occurrences(file, /setTimeout\(\s*(resolve|done|r)\b|\bsleep\(|from 'node:timers\/promises'/, 'sleeps; advance a clock or await an event'),
    mutation: { path: 'test/x.test.ts', text: 'await new Promise((resolve) => setTimeout(resolve, 10));' },
  },
  {
    name: 'core knows no clock, chance or Node',
    concerns: (path) => path.startsWith('edge-agent/core/') && isTypeScript(path),
    judge: (file) =>
      occurrences(file, /\bDate\.now\(|new Date\(\)|Math\.random\(|from 'node:|\bsetTimeout\b|\bsetInterval\b|\bprocess\.\w/, 'is not pure'),
    mutation: { path: 'edge-agent/core/x.ts', text: 'const now = Date.now();' },
  },
  {
    name: 'a limit that is bound is no bare parameter',
    concerns: (path) => isTypeScript(path) && path.startsWith('edge-agent/'),
    judge: (file) => occurrences(file, /LIMIT [?:]/, 'SQLite compiles this statement anew each time (edge-agent/store/README.md); write LIMIT +?'),
    mutation: { path: 'edge-agent/x.ts', text: 'SELECT 1 LIMIT ?' },
  },
  {
    name: 'nothing is exported by default, and types are not forced',
    concerns: (path) => isTypeScript(path) && path !== 'vite.config.ts',
    judge: (file) =>
      occurrences(
        file,
        /^export default|\bas any[;,)\s]*$|\bas any[;,)]|\bas unknown as\b|@ts-(ignore|nocheck|expect-error)/,
        'default export or forced type',
      ),
    mutation: { path: 'edge-agent/x.ts', text: 'export default 1;' },
  },
  {
    name: 'unfinished work is an issue, not a comment',
    concerns: isSource,
    judge: (file) => occurrences(file, /\b(TODO|FIXME|XXX|HACK)\b/, 'unfinished'),
    mutation: { path: 'edge-agent/x.ts', text: '// TODO later' },
  },
  {
    name: 'MQTT topics are written in their contract',
    concerns: (path) => isTypeScript(path) && !path.startsWith('test/') && !/^edge-agent\/core\/contract\/wire\/(topic|channels)\.ts$/.test(path),
    judge: (file) => occurrences(file, /foyer\/v1\/(?!\\n)/, 'spells a topic; use core/contract/wire/topic.ts'),
    mutation: { path: 'edge-agent/uplink/x.ts', text: "const t = 'foyer/v1/+/+/up/#';" },
  },
  {
    // Locks of POSIX go with any descriptor of the file that a process closes, and a fork shares what must not be shared: sqlite.org/howtocorrupt.html, 2.2 and 2.6.
    name: 'a store has one connection, in one process',
    concerns: (path) => isTypeScript(path) && /^(edge-agent|device-drivers)\//.test(path),
    judge: (file) => occurrences(file, /\bATTACH\b|\bfork\(|'node:(cluster|worker_threads)'/, 'attaches a store, forks or threads'),
    mutation: { path: 'edge-agent/store/x.ts', text: "database.exec(`ATTACH 'box-office.db' AS other`)" },
  },
  importedOnlyBy('serialport', /^device-drivers\/transport\//),
  importedOnlyBy('node-hid', /^device-drivers\/transport\//),
  importedOnlyBy('pcsc-mini', /^device-drivers\/transport\//),
  importedOnlyBy('better-sqlite3', /^edge-agent\/(store|box-office\/store)\//),
  importedOnlyBy('mqtt', /^edge-agent\/(uplink|box-office\/wire)\//),
  importedOnlyBy('aedes', /^edge-agent\/broker\//),
  importedOnlyBy('iconv-lite', /^device-drivers\/(ticket-printer|zvt-terminal)\//),
];
