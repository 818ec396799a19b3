import type { Instant } from '#core/base/time.ts';
import type { DeviceClass } from '#core/ports/health.ts';

/** The device's end of a line: what a simulator is given when a host connects, whether over memory, a PTY or TCP. */
export interface DeviceLine {
  /** Towards the host. Bytes written after the line closed are lost, as on a real cable. */
  write(bytes: Uint8Array): void;
  /** Pulls the cable: the host sees its link close. */
  drop(): void;
}

/** What the simulator gives back for one connection. */
export interface DeviceEnd {
  /** From the host. */
  receive(bytes: Uint8Array): void;
  /** The host is gone. */
  closed(): void;
  /** Of HID devices alone: the feature reports. Byte 0 is the report's number; what the device does not know it refuses (a stall on the bus). */
  readonly features?: SimulatedFeatures;
}

export interface SimulatedFeatures {
  /** False refuses. */
  send(report: Uint8Array): boolean;
  /** Undefined refuses. */
  read(number: number): Uint8Array | undefined;
}

/** A way in which a simulated device can be made to fail; the same list drives tests and the device bench. */
export interface FaultSwitch {
  readonly name: string;
  readonly label: { readonly zh: string; readonly en: string };
  /** A `switch` stays on; a `pulse` happens once and switches itself off. */
  readonly kind: 'switch' | 'pulse';
}

/** A device that speaks the bytes of the real one. Every simulated device can be unplugged (`unplugged`), whatever else it can suffer. */
export interface SimulatedDevice {
  readonly class: DeviceClass;
  readonly faults: readonly FaultSwitch[];
  isOn(fault: string): boolean;
  /** Unknown names are an invariant error: the bench offers only what `faults` lists. */
  setFault(fault: string, on: boolean): void;
  /** A host connects. Undefined when nothing answers there (unplugged). At most one host at a time: a second one pushes the first off. */
  connect(line: DeviceLine): DeviceEnd | undefined;
  /** Adds a listener, called after every change that a person could see (paper, barrier, fault). */
  onChange(listen: () => void): void;
}

/** A piece of paper that came out of a simulated printer, as dots. */
export interface PrintedPaper {
  readonly number: number;
  readonly at: Instant;
  readonly widthDots: number;
  readonly heightDots: number;
  readonly cut: boolean;
}
