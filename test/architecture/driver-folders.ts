/** What every folder of a driver has, as a function over file names and texts, so that it can be shown to trip. */
export interface Tree {
  /** Of the whole repository. */
  readonly paths: readonly string[];
  readonly textOf: (path: string) => string;
}

/** A machine's own lines: there is nothing to be plugged in, so nothing to be known by its looks. */
const WITHOUT_LOOKS: ReadonlySet<string> = new Set(['gpio-gate']);

const inFolder = ({ paths }: Tree, folder: string): string[] =>
  paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));

/** Whoever speaks the bytes of a machine has them on a page of frames; a driver that has none is found by its name. */
export function driverNames(tree: Tree): readonly string[] {
  const files = inFolder(tree, 'device-drivers');
  return [...new Set(files.flatMap((path) => /^([^/]+)\/(?:frame|[^/]+-driver)\.ts$/.exec(path)?.[1] ?? []))].sort();
}

/** What is missing of one driver; empty when nothing is. */
export function driverGaps(tree: Tree, name: string): readonly string[] {
  const folder = `device-drivers/${name}`;
  const [files, tests, fixtures] = [inFolder(tree, folder), inFolder(tree, `test/${folder}`), inFolder(tree, `test/fixtures/${name}`)];
  const has = (held: readonly string[], pattern: RegExp): boolean => held.some((file) => pattern.test(file));
  const readme = files.includes('README.md') ? tree.textOf(`${folder}/README.md`) : '';
  const tellsOrigin = (file: string): boolean =>
    fixtures.includes('README.md') || /"provenance"\s*:/.test(tree.textOf(`test/fixtures/${name}/${file}`));
  const needs: readonly (readonly [boolean, string])[] = [
    [/\*\*Follows:\*\* \S|^## Followed\n\n\S/m.test(readme), 'a README that names the manual it follows'],
    [has(files, /^frame\.ts$/), 'a page of frames'],
    [has(files, /(^|-)simulators?\.ts$/), 'a simulator'],
    [WITHOUT_LOOKS.has(name) || has(files, /^fingerprints\.ts$/), 'fingerprints'],
    [has(tests, /\.test\.ts$/), 'tests'],
    [has(fixtures, /\.json$/), 'fixtures'],
    [fixtures.filter((file) => file.endsWith('.json')).every(tellsOrigin), 'fixtures that say where they come from'],
    [tree.textOf('device-drivers/README.md').includes(`| \`${name}/\` |`), 'a row in device-drivers/README.md'],
  ];
  return needs.flatMap(([isThere, what]) => (isThere ? [] : [`${folder} has not ${what}`]));
}
