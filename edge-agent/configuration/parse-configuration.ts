import { type Document, isCollection, isPair, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { DeviceClass } from '#core/ports/health.ts';
import { CLASS_OF_DRIVER, type DeviceConfiguration } from './device-schema.ts';
import { lineProblems } from './line-places.ts';
import { osdpProblems } from './osdp-places.ts';
import { Configuration } from './schema.ts';

/** One thing that is wrong with a configuration, where it stands, and what would be right. */
export interface ConfigurationProblem {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/**
 * Reads a machine's configuration from YAML. Nothing is guessed: an unknown key, a device that is named and missing, or a value out of its range refuses the
 * whole file, with every problem and its line.
 * @param source the file's name, for the messages
 */
export function parseConfiguration(yaml: string, source: string): Result<Configuration, Fault> {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      line: error.linePos?.[0].line ?? 1,
      path: '',
      message: error.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? 'not YAML',
    }));
    return err(refusal(source, problems));
  }
  const aliases = aliasProblems(document, lines);
  if (aliases.length > 0) return err(refusal(source, aliases));
  const lineOf = (path: readonly PropertyKey[]): number => lineOfPath(document.contents, path, lines);
  const parsed = Configuration.safeParse(document.toJS());
  if (!parsed.success) {
    return err(
      refusal(
        source,
        parsed.error.issues.flatMap((issue) => problemsOf(issue, lineOf)),
      ),
    );
  }
  const wiring = wiringProblems(parsed.data, lineOf);
  return wiring.length > 0 ? err(refusal(source, wiring)) : ok(parsed.data);
}

/** A small file of aliases to aliases can unfold to gigabytes; a configuration needs none. */
function aliasProblems(document: Document.Parsed, lines: LineCounter): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  visit(document, {
    Alias: (_, node) => {
      problems.push({ line: lines.linePos(node.range?.[0] ?? 0).line, path: '', message: `write "${node.source}" out; aliases are not read` });
    },
  });
  return problems;
}

function problemsOf(issue: z.core.$ZodIssue, lineOf: (path: readonly PropertyKey[]) => number): ConfigurationProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      line: lineOf([...issue.path, key]),
      path: pathText([...issue.path, key]),
      message: 'is not a key of this place; remove it or correct its spelling',
    }));
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return [{ line: lineOf(issue.path), path: pathText(issue.path), message: `${issue.discriminator}: none of the kinds that exist` }];
  }
  return [{ line: lineOf(issue.path), path: pathText(issue.path), message: issue.message }];
}

/** What no schema of one value can see: that the parts which name each other exist and are of the right class, and that nothing is named twice. */
function wiringProblems(configuration: Configuration, lineOf: (path: readonly PropertyKey[]) => number): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const add = (path: readonly PropertyKey[], message: string): void => {
    problems.push({ line: lineOf(path), path: pathText(path), message });
  };
  const drivers = new Map<string, DeviceConfiguration['driver']>();
  configuration.devices.forEach((device, index) => {
    if (drivers.has(device.id)) add(['devices', index, 'id'], `"${device.id}" is the name of two devices`);
    drivers.set(device.id, device.driver);
  });
  for (const { index, key, message } of [...osdpProblems(configuration.devices), ...lineProblems(configuration.devices)])
    add(['devices', index, key], message);
  const owners = new Map<string, string>();
  const use = (path: readonly PropertyKey[], id: string | undefined, wanted: DeviceClass): void => {
    if (id === undefined) return;
    const found = drivers.get(id);
    if (found === undefined) add(path, `no device is named "${id}"; devices has ${[...drivers.keys()].join(', ') || 'none'}`);
    else if (CLASS_OF_DRIVER[found] !== wanted)
      add(path, `"${id}" is driven by ${found}, which is a ${CLASS_OF_DRIVER[found]}; this place needs a ${wanted}`);
    const owner = owners.get(id);
    if (owner !== undefined) add(path, `"${id}" already belongs to ${owner}`);
    owners.set(id, pathText(path));
  };
  if (configuration.kiosk !== undefined) {
    const { printer: printers } = configuration.kiosk;
    printers.forEach((printer, index) => {
      use(['kiosk', 'printer', ...(printers.length === 1 ? [] : [index])], printer, 'ticket-printer');
    });
    use(['kiosk', 'scanner'], configuration.kiosk.scanner, 'scanner');
    use(['kiosk', 'terminal'], configuration.kiosk.terminal, 'payment-terminal');
    use(['kiosk', 'cardReader'], configuration.kiosk.cardReader, 'card-reader');
  }
  const lanes = new Set<string>();
  configuration.gate?.lanes.forEach((lane, index) => {
    if (lanes.has(lane.id)) add(['gate', 'lanes', index, 'id'], `"${lane.id}" is the name of two lanes`);
    lanes.add(lane.id);
    use(['gate', 'lanes', index, 'scanner'], lane.scanner, 'scanner');
    use(['gate', 'lanes', index, 'gate'], lane.gate, 'gate-controller');
    use(['gate', 'lanes', index, 'cardReader'], lane.cardReader, 'card-reader');
    use(['gate', 'lanes', index, 'indicator'], lane.indicator, 'indicator');
  });
  const handheld = configuration.gate?.handheld;
  if (handheld !== undefined && lanes.has(handheld.id)) add(['gate', 'handheld', 'id'], `"${handheld.id}" is the name of a lane already`);
  if (configuration.usherScreens !== undefined && configuration.gate === undefined) {
    add(['usherScreens'], 'this machine is no gate: there is nothing that an usher could do here');
  }
  return problems;
}

function lineOfPath(root: unknown, path: readonly PropertyKey[], lines: LineCounter): number {
  let node: unknown = root;
  let offset = (root as Node | null)?.range?.[0] ?? 0;
  for (const step of path) {
    if (!isCollection(node)) break;
    const item = node.items.find((entry, index) => (isPair(entry) ? String(entry.key) === String(step) : index === step));
    if (item === undefined) break;
    const place = isPair(item) ? (item.key as Node) : (item as Node);
    offset = place.range?.[0] ?? offset;
    node = isPair(item) ? item.value : item;
  }
  return lines.linePos(offset).line;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`),
    '',
  );
}

function refusal(source: string, problems: readonly ConfigurationProblem[]): Fault {
  const lines = problems.map(({ line, path, message }) => `  ${source}:${line}: ${path === '' ? '' : `${path}: `}${message}`);
  return {
    code: 'E-CFG-INVALID',
    owner: 'configuration',
    message: `The configuration was refused; nothing was started.\n${lines.join('\n')}`,
    remedy: 'Correct the lines above. The README shows a complete configuration for a kiosk, a gate and a box office.',
  };
}
