import type { Operation } from '../recorder/operations.ts';

/**
 * A disk as a power cut would find it. What was synced is there; of what was only written any part may be. Names are kept in the order in which they were given,
 * and every sync carries the earlier ones with it, as the journals of ext4, XFS and btrfs do; contents keep no order at all.
 */
export interface Disk {
  /** @throws Error when the operation does not fit to what is there: then the recorder has missed something */
  apply(operation: Operation): void;
  /** Files of a part that could have lost something, and what that is. */
  unsynced(part: Part): Unsynced;
  /** What a power cut leaves of a part, by the name of the file. */
  afterCut(part: Part, kept: Kept): ReadonlyMap<string, Contents>;
  /** Rises whenever something of the part has become durable. */
  durableVersion(part: Part): number;
  /** Changes whenever anything of the part does. */
  stateOf(part: Part): string;
}

/** Some of the files: those of one store. */
export interface Part {
  readonly name: string;
  holds(path: string): boolean;
}

/** Good until the disk is asked for the next cut: contents of which something was unsynced share one piece of memory. */
export interface Contents {
  readonly bytes: Uint8Array;
  /** Behind `bytes` there are zeros up to here. */
  readonly size: number;
  /** What was synced of it; two of the same stamp are the same. */
  readonly synced: { readonly stamp: string; readonly bytes: Uint8Array };
  /** Where it may not be what was synced: whole words of four bytes, apart from each other, in their order. */
  readonly touched: readonly Range[];
}

export type Range = readonly [from: number, until: number];

export interface Unsynced {
  readonly names: number;
  readonly changes: readonly Change[];
}

/** One write or truncation of one file. `sectors`: how many pieces of 512 bytes it can be torn into. */
export interface Change {
  readonly inode: number;
  readonly order: number;
  readonly sectors: number;
}

export interface Kept {
  /** So many of the names that were given since the last sync. */
  readonly names: number;
  /** Which sectors of a change reached the disk; of a truncation, whether sector 0 did. */
  sector(change: Change, sector: number): boolean;
}

const SECTOR = 512;
const WORD = 4;
/** A write of more than this that ends in zeros, or one of zeros alone, makes a log longer; its zeros are kept or lost together. */
const LARGE = 65_536;
const COUNTED: ReadonlySet<Operation['kind']> = new Set(['sync', 'sync-folder']);

type Stored =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array; readonly end: number }
  | { readonly kind: 'truncate'; readonly size: number };

type Pending = Stored & { readonly seen: Change };

interface Inode {
  readonly id: number;
  readonly path: string;
  image: Image;
  pending: Pending[];
  /** Where cuts of this file are put together. */
  spare: Buffer;
  /** What is pending touches this; undefined until somebody asks. */
  touched: readonly Range[] | undefined;
}

type NameChange =
  | { readonly kind: 'link'; readonly path: string; readonly inode: number }
  | { readonly kind: 'unlink'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

/** @param start files that are durable from the beginning */
export function createDisk(start: ReadonlyMap<string, Uint8Array> = new Map()): Disk {
  const inodes = new Map<number, Inode>();
  const names = new Map<string, number>();
  const durableNames = new Map<string, number>();
  const handles = new Map<number, Inode | undefined>();
  /** How often a file has changed at all, and how often durably. */
  const moved = new Map<string, number>();
  const settled = new Map<string, number>();
  let pendingNames: NameChange[] = [];
  let order = 0;

  const make = (path: string, bytes: Uint8Array = new Uint8Array()): Inode => {
    const inode: Inode = { id: inodes.size + 1, path, image: imageOf(bytes), pending: [], spare: Buffer.alloc(0), touched: undefined };
    inodes.set(inode.id, inode);
    return inode;
  };
  for (const [path, bytes] of start) {
    const { id } = make(path, bytes);
    names.set(path, id);
    durableNames.set(path, id);
  }
  const rename = (change: NameChange): void => {
    applyName(names, change);
    pendingNames.push(change);
    count(moved, change.kind === 'rename' ? change.to : change.path);
  };
  const open = ({ file, path, created, emptied }: Extract<Operation, { kind: 'open' }>): void => {
    if (created) {
      const inode = make(path);
      rename({ kind: 'link', path, inode: inode.id });
    }
    const inode = inodes.get(names.get(path) ?? 0);
    handles.set(file, inode);
    if (emptied && !created && inode !== undefined) store(inode, { kind: 'truncate', size: 0 });
  };
  const opened = (file: number): Inode => {
    const inode = handles.get(file);
    if (inode === undefined) throw new Error(`file ${file} was written and is not known to be open`);
    return inode;
  };
  const count = (counts: Map<string, number>, path: string): void => {
    counts.set(path, (counts.get(path) ?? 0) + 1);
  };
  const sum = (counts: ReadonlyMap<string, number>, part: Part): number => {
    let total = 0;
    for (const [path, times] of counts) if (part.holds(path)) total += times;
    return total;
  };
  const store = (inode: Inode, change: Stored): void => {
    const { id, path } = inode;
    inode.touched = undefined;
    const sectors = change.kind === 'write' ? sectorsOf(change) : 1;
    inode.pending.push({ ...change, seen: { inode: id, order: ++order, sectors } });
    count(moved, path);
  };
  /** Names are journalled: what was named before this moment is durable with it. */
  const syncNames = (): void => {
    for (const change of pendingNames) {
      applyName(durableNames, change);
      count(settled, change.kind === 'rename' ? change.to : change.path);
    }
    pendingNames = [];
  };

  return {
    apply: (operation) => {
      switch (operation.kind) {
        case 'process':
          handles.clear();
          break;
        case 'open':
          open(operation);
          break;
        case 'write':
          store(opened(operation.file), storedWrite(operation));
          break;
        case 'truncate':
          store(opened(operation.file), { kind: 'truncate', size: operation.size });
          break;
        case 'sync': {
          const inode = opened(operation.file);
          for (const change of inode.pending) inode.image = changed(inode.image, change, () => true);
          if (inode.pending.length > 0) count(settled, inode.path);
          inode.pending = [];
          inode.touched = undefined;
          syncNames();
          break;
        }
        case 'rename':
        case 'unlink':
          rename(operation.kind === 'rename' ? operation : { kind: 'unlink', path: operation.path });
          break;
        default:
          if (COUNTED.has(operation.kind)) syncNames();
      }
    },
    unsynced: (part) => ({
      names: pendingNames.filter((change) => part.holds(change.kind === 'rename' ? change.to : change.path)).length === 0 ? 0 : pendingNames.length,
      changes: [...inodes.values()]
        .filter(({ path, pending }) => pending.length > 0 && part.holds(path))
        .flatMap(({ pending }) => pending.map(({ seen }) => seen))
        .sort((a, b) => a.order - b.order),
    }),
    afterCut: (part, kept) => {
      const found = new Map(durableNames);
      for (const change of pendingNames.slice(0, kept.names)) applyName(found, change);
      const files = new Map<string, Contents>();
      for (const [path, id] of found) {
        const inode = inodes.get(id);
        if (inode === undefined || !part.holds(path)) continue;
        let { image } = inode;
        for (const change of inode.pending) {
          const isKept = (sector: number): boolean => kept.sector(change.seen, sector);
          image = image.bytes === inode.image.bytes ? changed(image, change, isKept, inode) : changed(image, change, isKept);
          if (image.bytes !== inode.image.bytes) inode.spare = image.bytes;
        }
        const synced = { stamp: `${id} ${settled.get(inode.path) ?? 0}`, bytes: inode.image.bytes.subarray(0, inode.image.used) };
        inode.touched ??= touchedBy(inode.pending, inode.image.used);
        const touched = image === inode.image ? NOWHERE : inode.touched;
        files.set(path, { bytes: image.bytes.subarray(0, image.used), size: image.size, synced, touched });
      }
      return files;
    },
    durableVersion: (part) => sum(settled, part),
    stateOf: (part) => `${sum(moved, part)} ${sum(settled, part)}`,
  };
}

const NOWHERE: readonly Range[] = [];

/** @param usedBefore of the image that was synced; behind that and all that is pending there are zeros before and after */
function touchedBy(pending: readonly Pending[], usedBefore: number): readonly Range[] {
  const used = pending.reduce((most, change) => (change.kind === 'write' ? Math.max(most, change.offset + change.bytes.length) : most), usedBefore);
  const ranges = pending
    .map((change): Range => (change.kind === 'truncate' ? [change.size, used] : [change.offset, Math.min(change.end, used)]))
    .filter(([from, until]) => from < until)
    .map(([from, until]): Range => [Math.floor(from / WORD) * WORD, Math.ceil(until / WORD) * WORD])
    .sort(([a], [b]) => a - b);
  const merged: [from: number, until: number][] = [];
  for (const [from, until] of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], until);
    else merged.push([from, until]);
  }
  return merged;
}

function applyName(names: Map<string, number>, change: NameChange): void {
  switch (change.kind) {
    case 'link':
      names.set(change.path, change.inode);
      break;
    case 'unlink':
      names.delete(change.path);
      break;
    case 'rename': {
      const inode = names.get(change.from);
      names.delete(change.from);
      if (inode !== undefined) names.set(change.to, inode);
      break;
    }
  }
}

/** Behind `used` the file holds only zeros, whatever `bytes` has there; logs are made long beforehand, and nobody copies their empty part. */
interface Image {
  readonly bytes: Buffer;
  readonly used: number;
  readonly size: number;
}

const imageOf = (bytes: Uint8Array): Image => ({ bytes: Buffer.from(bytes), used: bytes.length, size: bytes.length });

function sectorsOf({ offset, bytes }: Extract<Stored, { kind: 'write' }>): number {
  return bytes.length === 0 ? 1 : Math.floor((offset + bytes.length - 1) / SECTOR) - Math.floor(offset / SECTOR) + 1;
}

/** @param copy leaves the image that was given as it is, and works in this spare memory */
function changed(image: Image, change: Stored, kept: (sector: number) => boolean, copy?: { readonly spare: Buffer }): Image {
  if (change.kind === 'truncate') {
    if (!kept(0)) return image;
    return { ...image, used: Math.min(image.used, change.size), size: change.size };
  }
  const end = change.offset + change.bytes.length;
  const pieces: [from: number, until: number][] = [];
  for (let sector = 0, at = change.offset; at < end; sector++) {
    const until = Math.min((Math.floor(at / SECTOR) + 1) * SECTOR, end);
    if (kept(sector)) pieces.push([at, until]);
    at = until;
  }
  const zerosUntil = change.end > end && kept(0) ? change.end : 0;
  const used = Math.max(image.used, pieces.at(-1)?.[1] ?? 0);
  const size = Math.max(image.size, used, zerosUntil);
  if (pieces.length === 0 && (zerosUntil === 0 || image.used <= end)) return size === image.size ? image : { ...image, size };
  const bytes = copy === undefined && image.bytes.length >= used ? image.bytes : roomFor(image, used, copy?.spare);
  bytes.fill(0, image.used, used);
  if (zerosUntil > 0) bytes.fill(0, Math.min(end, image.used), Math.min(zerosUntil, image.used));
  for (const [from, until] of pieces) bytes.set(change.bytes.subarray(from - change.offset, until - change.offset), from);
  return { bytes, used, size };
}

/** A copy of what is used of an image, with room for so much; in the spare memory when that is large enough. */
function roomFor({ bytes, used }: Image, wanted: number, spare?: Buffer): Buffer {
  const room = spare !== undefined && spare.length >= Math.max(wanted, used) ? spare : Buffer.allocUnsafeSlow(2 * Math.max(wanted, used));
  bytes.copy(room, 0, 0, used);
  return room;
}

function storedWrite({ offset, bytes }: Extract<Operation, { kind: 'write' }>): { kind: 'write'; offset: number; bytes: Uint8Array; end: number } {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  if (length > 0 && bytes.length <= LARGE) length = bytes.length;
  return { kind: 'write', offset, bytes: bytes.subarray(0, length), end: offset + bytes.length };
}
