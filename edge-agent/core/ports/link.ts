import type { Fault } from '../base/fault.ts';
import type { Result } from '../base/result.ts';

/**
 * A duplex line to one device, good for one connection: once closed it stays closed, and a new connection is a new `Link`. Nothing is buffered while the
 * line is down; a write to a closed link is refused, so that no command can come out of a device long after it was meant.
 *
 * On a HID device a call is a report: each `bytes` is one input report, each `write` one output report. Byte 0 of an output report is its number, 0 on a
 * device that does not number them; an input report begins with its number only when there is one, as hidraw has it.
 */
export interface Link {
  /** True until the line closes, for whatever reason. */
  readonly isOpen: boolean;
  /** Resolves when the bytes have left this process (written and drained), or with why they did not. */
  write(bytes: Uint8Array): Promise<Result<void, Fault>>;
  close(): Promise<void>;
  /** Of HID devices alone. */
  readonly features?: FeatureReports;
}

/**
 * Settings and states of a HID device that are set and asked for beside its stream (Device Class Definition for HID 1.11, 7.2.1 and 7.2.2). Byte 0 of every
 * report is its number, 0 on a device that does not number its reports. Both fail with `E-LNK-REFUSED` when the device knows no such report.
 */
export interface FeatureReports {
  send(report: Uint8Array): Promise<Result<void, Fault>>;
  /** @param bytes how long the report is, its number included */
  read(number: number, bytes: number): Promise<Result<Uint8Array, Fault>>;
}

/** What a link tells its owner. The owner is given at opening, so that no byte can arrive before somebody listens. */
export interface LinkEvents {
  bytes(bytes: Uint8Array): void;
  /** Called exactly once for every link that was opened: `undefined` when its owner closed it. */
  closed(fault: Fault | undefined): void;
}

/** Opens links to one place (a serial port, a TCP address, a simulated device). */
export interface Transport {
  /** How a person names the place: `serial /dev/ttyUSB0 at 115200`, `tcp 10.0.0.7:9100`, `simulated`. */
  readonly place: string;
  /** Fails with `E-LNK-ABSENT` (nothing there), `E-LNK-BUSY` (another program holds it) or `E-LNK-OPEN` (anything else). */
  open(events: LinkEvents): Promise<Result<Link, Fault>>;
}
