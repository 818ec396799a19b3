import { createRequire } from 'node:module';
import type { Device, HIDAsync } from 'node-hid';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import { linkAbsent, linkClosed, linkLost, linkOpenFailed, linkRefused } from './link-faults.ts';

/** A HID device by the name of its node, or by what it says of itself. */
export type HidPlace =
  | { readonly path: string }
  | {
      readonly vendorId: number;
      readonly productId: number;
      readonly serial?: string;
      /** Of the collection that is wanted, when the device has several: 0x8C of a scanner, 1 of a keyboard. */
      readonly usagePage?: number;
    };

/** One top-level collection of a HID device, as the list has it. A device with several of them stands there several times, with one path. */
export interface HidDevice {
  readonly path: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly serial?: string;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly usagePage?: number;
  readonly usage?: number;
}

/**
 * node-hid is loaded when the first device is listed or opened, and not before: a lobby without HID devices pays nothing for it. hidraw is chosen before
 * anything else, because node-hid would load libusb, which takes the device away from the kernel.
 */
const require = createRequire(import.meta.url);
let library: typeof import('node-hid') | undefined;
function load(): typeof import('node-hid') {
  // Not by `import()`: the built agent is a script, and Node warns of every script that imports a module.
  library ??= require('node-hid') as typeof import('node-hid');
  library.setDriverType('hidraw');
  return library;
}

/** What is plugged in. Looks into sysfs alone: no device is opened, so none is disturbed. */
export async function listHidDevices(): Promise<readonly HidDevice[]> {
  const { devicesAsync } = load();
  return (await devicesAsync()).flatMap(known);
}

function known({ path, vendorId, productId, serialNumber, manufacturer, product, usagePage, usage }: Device): HidDevice[] {
  if (path === undefined) return [];
  const told = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
  const serial = told(serialNumber);
  const maker = told(manufacturer);
  const name = told(product);
  return [
    {
      path,
      vendorId,
      productId,
      ...(serial !== undefined && { serial }),
      ...(maker !== undefined && { manufacturer: maker }),
      ...(name !== undefined && { product: name }),
      ...(usagePage !== undefined && { usagePage }),
      ...(usage !== undefined && { usage }),
    },
  ];
}

/**
 * A HID device through hidraw. A report is a call each way (see {@link Link}). hidraw gives every program its own copy of what a device says and knows no
 * owner: nothing here tells that another program listens too.
 */
export function hidTransport(wanted: HidPlace): Transport {
  const place = nameOf(wanted);
  return {
    place,
    open: async (events) => {
      const path = 'path' in wanted ? ok(wanted.path) : chosen(place, wanted, await listHidDevices());
      if (!path.ok) return path;
      const { HIDAsync } = load();
      try {
        return ok(linkOn(await HIDAsync.open(path.value), place, events));
      } catch (error) {
        return err(openFault(place, messageOf(error)));
      }
    },
  };
}

const hex4 = (id: number): string => id.toString(16).padStart(4, '0');

function nameOf(wanted: HidPlace): string {
  if ('path' in wanted) return `hid ${wanted.path}`;
  return `hid ${hex4(wanted.vendorId)}:${hex4(wanted.productId)}${wanted.serial === undefined ? '' : ` serial ${wanted.serial}`}`;
}

/** The one node that is meant. Two alike are never guessed between: they would change places at the next start. */
function chosen(place: string, wanted: Exclude<HidPlace, { path: string }>, listed: readonly HidDevice[]): Result<string, Fault> {
  const alike = listed.filter(
    ({ vendorId, productId, serial }) =>
      vendorId === wanted.vendorId && productId === wanted.productId && (wanted.serial === undefined || serial === wanted.serial),
  );
  const ofPage = alike.filter(({ usagePage }) => usagePage === wanted.usagePage);
  const paths = [...new Set((wanted.usagePage === undefined ? alike : ofPage).map(({ path }) => path))];
  const [path, another] = paths;
  if (another !== undefined)
    return err(linkOpenFailed(place, `${paths.join(' and ')} are alike: name the one that is meant by its path or its serial number`));
  if (path !== undefined) return ok(path);
  if (alike.length === 0) return err(linkAbsent(place, 'no such device is plugged in'));
  return err(
    linkOpenFailed(place, 'it is plugged in, but in another mode than its driver reads: it has no collection of the usage page that is wanted'),
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** hidapi gives the system's reason as text alone. */
function openFault(place: string, message: string): Fault {
  return /no such (file|device)|input\/output error/i.test(message) ? linkAbsent(place, message) : linkOpenFailed(place, message);
}

/** The device answered with a stall, or takes no such report: the line itself stands. EPIPE, EINVAL and EPROTO of hidraw's ioctls. */
const IS_REFUSAL = /broken pipe|invalid argument|protocol error/i;

function linkOn(device: HIDAsync, place: string, events: LinkEvents): Link {
  let isOpen = true;
  let closedByOwner = false;
  /** What node-hid is given goes through its pool of threads, where a later report could pass an earlier one: so one at a time. */
  let turn: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const end = (detail: string | undefined): Promise<void> => {
    if (closing !== undefined) return closing;
    isOpen = false;
    closing = device.close().catch(() => undefined);
    void closing.then(() => events.closed(closedByOwner ? undefined : linkLost(place, detail ?? 'the device went away')));
    return closing;
  };

  const inTurn = <Value>(call: () => Promise<Value>): Promise<Result<Value, Fault>> => {
    if (!isOpen) return Promise.resolve(err(linkClosed(place)));
    const outcome = turn.then(async (): Promise<Result<Value, Fault>> => {
      if (!isOpen) return err(linkClosed(place));
      try {
        return ok(await call());
      } catch (error) {
        const detail = messageOf(error);
        if (IS_REFUSAL.test(detail)) return err(linkRefused(place, detail));
        await end(detail);
        return err(closedByOwner ? linkClosed(place) : linkLost(place, detail));
      }
    });
    turn = outcome;
    return outcome;
  };

  // From the first moment and also for devices that never speak: the thread that reads is what notices a pulled cable.
  device.on('data', (report: Buffer) => {
    if (isOpen) events.bytes(new Uint8Array(report));
  });
  device.on('error', (error: unknown) => void end(messageOf(error)));

  return {
    get isOpen() {
      return isOpen;
    },
    write: async (bytes) => done(await inTurn(() => device.write(Buffer.from(bytes)))),
    close: async () => {
      if (closing === undefined) closedByOwner = true;
      await end(undefined);
    },
    features: {
      send: async (report) => done(await inTurn(() => device.sendFeatureReport(Buffer.from(report)))),
      read: async (number, bytes) => {
        const report = await inTurn(() => device.getFeatureReport(number, bytes));
        return report.ok ? ok(new Uint8Array(report.value)) : report;
      },
    },
  };
}

const done = (outcome: Result<unknown, Fault>): Result<void, Fault> => (outcome.ok ? ok() : outcome);
