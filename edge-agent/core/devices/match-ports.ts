import type { Fingerprint, FoundPort, PortBus } from '../ports/discovery.ts';
import { genericChip } from './generic-chips.ts';

/**
 * Which plugged-in thing is which wanted device. Total, and the same whatever the order of its input: every wanted device gets one port or none, every port
 * goes to one device or to none, and each pair that could have been has a reason.
 */

/** What is stated of a port; everything stated must be so. */
export interface PortSelector {
  readonly path?: string | undefined;
  readonly vendor?: string | undefined;
  readonly product?: string | undefined;
  readonly serial?: string | undefined;
  /** Bus and sockets, as the kernel writes them: `1-1.3`. */
  readonly port?: string | undefined;
  readonly interface?: number | undefined;
  readonly manufacturer?: string | undefined;
}

export interface WantedPort {
  readonly device: string;
  readonly buses: readonly PortBus[];
  /** Of the configuration. With nothing stated the driver's fingerprints decide. */
  readonly selector: PortSelector;
  /** What a technician said; it counts alone. */
  readonly assigned?: PortSelector | undefined;
  readonly fingerprints: readonly Fingerprint[];
  /** The path that it has now: a second device of the same kind does not take a working one away. */
  readonly current?: string | undefined;
}

export type Evidence =
  | 'assigned'
  | 'path'
  | 'serial'
  | 'port'
  | 'vendor-product'
  | 'vendor'
  | 'maker-of-these'
  | 'manufacturer'
  | 'name'
  | 'usage'
  | 'interface'
  | 'in-use';

export type PairVerdict =
  | { readonly kind: 'match'; readonly score: number; readonly because: readonly Evidence[]; readonly model?: string }
  /** It may be, but nothing says so that another device would not say as well. */
  | { readonly kind: 'unsure'; readonly why: 'generic-chip' | 'too-little'; readonly model?: string }
  | { readonly kind: 'no'; readonly why: 'other-bus' | 'not-known' | 'differs'; readonly differs?: keyof PortSelector };

export interface Pair {
  readonly device: string;
  readonly path: string;
  readonly verdict: PairVerdict;
}

export type DeviceMatch =
  | { readonly kind: 'matched'; readonly port: FoundPort; readonly because: readonly Evidence[]; readonly model?: string }
  /** Nothing that is plugged in fits; `unsure` are ports that a technician could say it is. */
  | { readonly kind: 'missing'; readonly unsure: readonly string[] }
  /** Several fit equally well, or one fits several devices: a technician has to say. */
  | { readonly kind: 'ambiguous'; readonly paths: readonly string[] };

export interface Matching {
  readonly devices: ReadonlyMap<string, DeviceMatch>;
  readonly pairs: readonly Pair[];
}

const POINTS: Readonly<Record<Evidence, number>> = {
  assigned: 100,
  'in-use': 50,
  path: 16,
  serial: 8,
  port: 8,
  'vendor-product': 4,
  'maker-of-these': 4,
  usage: 4,
  name: 3,
  manufacturer: 2,
  vendor: 1,
  interface: 1,
};
/** Less is a hint: a vendor's name is on many kinds of device. */
const ENOUGH = 4;

/** Usages that one kind of device alone has; a keyboard's usage says nothing of what types on it. */
const TELLING_PAGES: ReadonlySet<number> = new Set([0x8c, 0x8e]);

export function matchPorts(wanted: readonly WantedPort[], found: readonly FoundPort[]): Matching {
  const pairs = wanted.flatMap((want) => found.map((port) => ({ device: want.device, path: port.path, verdict: judgePair(want, port) })));
  const devices = new Map<string, DeviceMatch>();
  const taken = new Set<string>();
  for (const score of scoresOf(pairs)) {
    const open = pairs.filter(({ device, path, verdict }) => scoreOf(verdict) === score && !devices.has(device) && !taken.has(path));
    for (const group of connected(open)) {
      const [only] = group;
      for (const { device, path, verdict } of group) {
        taken.add(path);
        const port = found.find((each) => each.path === path);
        if (group.length === 1 && only !== undefined && port !== undefined && verdict.kind === 'match') {
          devices.set(device, { kind: 'matched', port, because: verdict.because, ...(verdict.model === undefined ? {} : { model: verdict.model }) });
        } else {
          devices.set(device, { kind: 'ambiguous', paths: [...new Set(group.map((pair) => pair.path))].sort() });
        }
      }
    }
  }
  for (const { device } of wanted) {
    if (devices.has(device)) continue;
    const unsure = pairs.filter((pair) => pair.device === device && pair.verdict.kind === 'unsure' && !taken.has(pair.path));
    devices.set(device, { kind: 'missing', unsure: unsure.map(({ path }) => path).sort() });
  }
  return { devices, pairs };
}

const scoreOf = (verdict: PairVerdict): number => (verdict.kind === 'match' ? verdict.score : 0);

const scoresOf = (pairs: readonly Pair[]): number[] =>
  [...new Set(pairs.map(({ verdict }) => scoreOf(verdict)))].filter((score) => score > 0).sort((a, b) => b - a);

/** Pairs that share a device or a port, directly or by others: none of them can be decided without the rest. */
function connected(pairs: readonly Pair[]): Pair[][] {
  const groups: Pair[][] = [];
  for (const pair of pairs) {
    const touching = groups.filter((group) => group.some(({ device, path }) => device === pair.device || path === pair.path));
    const merged = [...touching.flat(), pair];
    for (const group of touching) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups;
}

export function judgePair(want: WantedPort, port: FoundPort): PairVerdict {
  if (!want.buses.includes(port.bus)) return { kind: 'no', why: 'other-bus' };
  const held: readonly Evidence[] = want.current === port.path ? ['in-use'] : [];
  if (want.assigned !== undefined) return judgeStated(want.assigned, port, ['assigned']);
  const isStated = Object.values(want.selector).some((value) => value !== undefined);
  return isStated ? judgeStated(want.selector, port, held) : judgeLooks(want.fingerprints, port, held);
}

function judgeStated(selector: PortSelector, port: FoundPort, before: readonly Evidence[]): PairVerdict {
  const differs = difference(selector, port);
  if (differs !== undefined) return { kind: 'no', why: 'differs', differs };
  const { vendor, product } = selector;
  const because: Evidence[] = [...before];
  for (const name of ['path', 'serial', 'port', 'manufacturer', 'interface'] as const) if (selector[name] !== undefined) because.push(name);
  if (vendor !== undefined) because.push(product === undefined ? 'vendor' : 'vendor-product');
  const isPlaced = selector.path !== undefined || selector.serial !== undefined || selector.port !== undefined;
  if (!isPlaced && !before.includes('assigned')) {
    if (isGeneric(port) && selector.manufacturer === undefined) return { kind: 'unsure', why: 'generic-chip' };
    if (points(because) - points(before) < ENOUGH) return { kind: 'unsure', why: 'too-little' };
  }
  return { kind: 'match', score: points(because), because };
}

function difference(selector: PortSelector, { path, names = [], usb }: FoundPort): keyof PortSelector | undefined {
  if (selector.path !== undefined && selector.path !== path && !names.includes(selector.path)) return 'path';
  for (const name of ['vendor', 'product', 'serial', 'port', 'interface'] as const) {
    if (selector[name] !== undefined && selector[name] !== usb?.[name]) return name;
  }
  if (selector.manufacturer !== undefined && !beginsWith(usb?.manufacturer, selector.manufacturer)) return 'manufacturer';
  return undefined;
}

/** The fingerprint that says most; of several that say as much, the first. */
function judgeLooks(fingerprints: readonly Fingerprint[], port: FoundPort, held: readonly Evidence[]): PairVerdict {
  let best: PairVerdict = { kind: 'no', why: 'not-known' };
  for (const fingerprint of fingerprints) {
    const verdict = judgeFingerprint(fingerprint, port, held);
    if (rank(verdict) > rank(best)) best = verdict;
  }
  return best;
}

const rank = (verdict: PairVerdict): number => (verdict.kind === 'match' ? 2 + verdict.score : verdict.kind === 'unsure' ? 1 : 0);

function judgeFingerprint(looks: Fingerprint, port: FoundPort, held: readonly Evidence[]): PairVerdict {
  const { bus, vendor, vendorTells, product, manufacturer, name, usage, model } = looks;
  const fits =
    bus === port.bus &&
    (vendor === undefined || vendor === port.usb?.vendor) &&
    (product === undefined || product === port.usb?.product) &&
    (manufacturer === undefined || beginsWith(port.usb?.manufacturer, manufacturer)) &&
    (name === undefined || beginsWith(port.usb?.name, name)) &&
    (usage === undefined || port.usages?.some((each) => each.page === usage.page && each.usage === usage.usage) === true);
  if (!fits) return { kind: 'no', why: 'not-known' };
  const because: Evidence[] = [...held];
  if (vendor !== undefined) because.push(product !== undefined ? 'vendor-product' : vendorTells === true ? 'maker-of-these' : 'vendor');
  if (manufacturer !== undefined) because.push('manufacturer');
  if (name !== undefined) because.push('name');
  if (usage !== undefined && TELLING_PAGES.has(usage.page)) because.push('usage');
  if (isGeneric(port) && manufacturer === undefined && name === undefined) return { kind: 'unsure', why: 'generic-chip', model };
  return points(because) - points(held) < ENOUGH
    ? { kind: 'unsure', why: 'too-little', model }
    : { kind: 'match', score: points(because), because, model };
}

const points = (because: readonly Evidence[]): number => because.reduce((sum, each) => sum + POINTS[each], 0);

const isGeneric = ({ usb }: FoundPort): boolean => usb !== undefined && genericChip(usb) !== undefined;

const beginsWith = (name: string | undefined, beginning: string): boolean => name?.toLowerCase().startsWith(beginning.toLowerCase()) === true;
