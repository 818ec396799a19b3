import { z } from 'zod';
import { DeviceId } from '#core/contract/identifiers.ts';
import { genericChip } from '#core/devices/generic-chips.ts';
import type { DeviceClass } from '#core/ports/health.ts';

/** The devices of a machine and their lines, as written in its configuration. */

export const Port = z.int().min(0).max(65_535);

/** A HID device by what it says of itself, and by its serial number when several are alike; or by a name that a udev rule gives its node. */
const HidLink = z
  .strictObject({
    kind: z.literal('hid'),
    /** Vendor and product, as `lsusb` writes them: `0c2e:0b01`. */
    usb: z
      .string()
      .regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/, 'two times four hexadecimal digits, as lsusb writes them: 0c2e:0b01')
      .optional(),
    serial: z.string().min(1).max(126).optional(),
    path: z.string().min(1).max(256).optional(),
  })
  .refine(({ usb, path }) => (usb === undefined) !== (path === undefined), 'either usb or path');

export const DEFAULT_BAUD_RATE = 9_600;
const Baud = z.int().min(300).max(4_000_000);
const BaudRate = Baud.default(DEFAULT_BAUD_RATE);
const Hex4 = z.string().regex(/^[0-9a-f]{4}$/, 'four hexadecimal digits in lower case, in quotes');

/**
 * What is plugged in and looks like this; with nothing said, what looks like a device of its driver. A chip that sits in devices of every kind needs more than
 * its numbers.
 */
const UsbLink = z
  .strictObject({
    kind: z.literal('usb'),
    vendor: Hex4.optional(),
    product: Hex4.optional(),
    serial: z.string().min(1).max(128).optional(),
    /** The socket: bus and ports on the way, as `foyer devices` shows it. */
    port: z
      .string()
      .regex(/^\d+-\d+(\.\d+)*$/, 'a socket as `foyer devices` shows it, such as "1-1.3"')
      .optional(),
    /** Of a device with several. */
    interface: z.int().min(0).max(255).optional(),
    /** How the maker's name begins. */
    manufacturer: z.string().min(1).max(128).optional(),
    baudRate: BaudRate,
  })
  .refine(({ vendor, product }) => product === undefined || vendor !== undefined, { path: ['product'], message: 'says nothing without the vendor' })
  .superRefine(({ vendor, product, serial, port, manufacturer }, context) => {
    if (vendor === undefined || product === undefined || serial !== undefined || port !== undefined || manufacturer !== undefined) return;
    const chip = genericChip({ vendor, product });
    if (chip === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['product'],
      message: `${vendor}:${product} is a ${chip}, which is in devices of every kind: give the socket (port), the serial number or the manufacturer as well`,
    });
  });

/** A simulated device inside the agent, seen on the device bench. `over` makes it speak through a real PTY or TCP socket instead of memory. */
const SimulatedLink = z.strictObject({ kind: z.literal('simulated'), over: z.enum(['memory', 'pty', 'tcp']).default('memory') });

const SerialLink = z.strictObject({ kind: z.literal('serial'), path: z.string().min(1).max(256), baudRate: BaudRate });
const TcpLink = z.strictObject({ kind: z.literal('tcp'), host: z.string().min(1).max(253), port: Port });

const Link = z.discriminatedUnion('kind', [
  SimulatedLink,
  SerialLink,
  UsbLink,
  TcpLink,
  /** A printer of the USB printer class, by its node: `/dev/usb/lp0` or a name that a udev rule gives. */
  z.strictObject({ kind: z.literal('usb-printer'), path: z.string().min(1).max(256) }),
]);
/** Of a driver whose devices speak at 115,200 baud, whatever is said of them elsewhere. */
const QuickLink = z.discriminatedUnion('kind', [
  SimulatedLink,
  SerialLink.extend({ baudRate: Baud.default(115_200) }),
  UsbLink.safeExtend({ baudRate: Baud.default(115_200) }),
  TcpLink,
]);
/** Of drivers that speak in reports: a simulated device keeps their bounds in memory alone. */
const ReportLink = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('simulated'), over: z.literal('memory').default('memory') }),
  HidLink,
  UsbLink,
]);
/** Of a driver that has models on either. */
const AnyLink = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('simulated'), over: z.literal('memory').default('memory') }),
  SerialLink,
  HidLink,
  UsbLink,
]);
/** A reader of the smart card service, by a part of its name; the first one without. */
const PcscLink = z.strictObject({ kind: z.literal('pcsc'), reader: z.string().max(128).default('') });

/** How members' cards (DESFire) prove their number: with a key made from the cinema's and from the number (NXP AN10922). */
const CardProof = z.strictObject({
  /** How the key is named, never the key. */
  keyId: z.string().min(1).max(32),
  /** Of the application on the card, as it is written: most significant digit first. */
  application: z.string().regex(/^[0-9a-f]{6}$/i, 'six hexadecimal digits'),
  keyNumber: z.int().min(0).max(13).default(0),
  /** A file with the 32 hexadecimal digits of the key. */
  keyFile: z.string().min(1).max(256),
  /** Sets this cinema's cards apart; the same that the cards were made with. */
  systemId: z
    .string()
    .regex(/^[\x20-\x7e]*$/)
    .max(16)
    .default('Foyer'),
});
export type CardProofSettings = z.infer<typeof CardProof>;
/** Lines of a GPIO chip of the machine itself, through the tools of libgpiod. */
const GpioLink = z.strictObject({
  kind: z.literal('gpio'),
  /** As `gpiodetect` shows it. */
  chip: z.string().min(1).max(64),
  /** A line is on when it is low: relays and sensors that switch to ground. */
  activeLow: z.boolean().default(false),
  bias: z.enum(['as-is', 'disable', 'pull-down', 'pull-up']).default('as-is'),
});
export type LinkConfiguration = z.infer<typeof Link> | z.infer<typeof PcscLink> | z.infer<typeof ReportLink> | z.infer<typeof GpioLink>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Of a printer on a serial line, as its switches are set: whether it stops the machine with XOFF when its buffer is full. */
const Handshake = z.enum(['none', 'xon-xoff']).default('none');

/** 48 columns on 80 mm paper. */
const Columns = z.union([z.literal(48), z.literal(42), z.literal(32)]).default(48);

const RelayChannel = z.int().min(1).max(8);
const ModbusUnit = z.int().min(1).max(247).default(1);
const GpioOffset = z.int().min(0).max(1_023);

/** What hangs where on a tower; no place twice. */
const Lamps = <Place extends z.ZodType<number>>(place: Place) =>
  z
    .strictObject({
      red: place.exactOptional(),
      amber: place.exactOptional(),
      green: place.exactOptional(),
      blue: place.exactOptional(),
      white: place.exactOptional(),
      buzzer: place.exactOptional(),
    })
    .refine((lamps) => new Set(Object.values(lamps)).size === Object.values(lamps).length, 'two lamps in one place');

/** A device on an OSDP line. Those with the same line are on one line, those with the same address besides are one device. */
const OsdpPlace = {
  address: z.int().min(0).max(126).default(0),
  check: z.enum(['crc', 'checksum']).default('crc'),
  /** A file with the device's own key, 32 hexadecimal digits, that only the agent may read. Without one the line is in the clear. */
  keyFile: z.string().min(1).max(256).optional(),
  /** A device that still has the key it was made with is given its own. Only while a technician stands beside it. */
  install: z.boolean().default(false),
  /** The settings that the device has still: it is told to take `address` and the line's baud rate. Only with `install`. */
  from: z.strictObject({ address: z.int().min(0).max(126).default(0), baudRate: BaudRate }).exactOptional(),
};
const OsdpNumber = z.int().min(0).max(254);

export const Device = z.discriminatedUnion('driver', [
  z.strictObject({
    id: DeviceId,
    driver: z.literal('escpos-printer'),
    link: Link,
    columns: Columns,
    handshake: Handshake,
    /** What the model can do: the name of a profile in device-drivers/escpos-printer/profiles, or the path of a file of that form. */
    profile: z.string().min(1).max(256).default('epson'),
    /** The paper has black marks on its back, and each ticket ends at one. */
    markedPaper: z.boolean().default(false),
  }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('star-printer'),
    link: Link,
    columns: Columns,
    handshake: Handshake,
    /** What the model can do: the name of a profile in device-drivers/star-printer/profiles, or the path of a file of that form. */
    profile: z.string().min(1).max(256).default('star'),
  }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('serial-scanner'),
    link: Link,
    /** What ends a code on the line; `none` means the idle gap, `stx-etx` encloses it, so that it may hold a CR. */
    suffix: z.enum(['cr', 'lf', 'crlf', 'none', 'stx-etx']).default('cr'),
    /** What the scanner sends before each code. */
    prefix: z
      .string()
      .regex(/^[\x20-\x7e]{1,16}$/, 'one to sixteen printable characters')
      .exactOptional(),
    /** The scanner puts `]Q1` and the like before each code. */
    aimPrefix: z.boolean().default(false),
    /** The scanner waits for ACK behind each code, and sends it again after NAK. */
    acknowledge: z.boolean().default(false),
    /** The scanner is asked every ten seconds whether it lives, in its maker's words; nobody else's knows them. */
    heartbeat: z.enum(['honeywell']).exactOptional(),
  }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('hid-pos-scanner'),
    link: ReportLink,
    /** What the model needs beside the common reports. */
    profile: z.enum(['generic', 'honeywell', 'youjie']).default('generic'),
  }),
  z.strictObject({ id: DeviceId, driver: z.literal('keyboard-scanner'), link: ReportLink }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('magnetic-stripe'),
    link: AnyLink,
    /** How the model says what is on a card. */
    profile: z.enum(['magtek-sureswipe', 'magtek-magnesafe', 'id-tech-securemag', 'id-tech-structure']),
  }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('zvt-terminal'),
    link: Link,
    /** How units travel; `tcp` also over a serial server that speaks for the terminal. */
    framing: z.enum(['tcp', 'serial']).default('tcp'),
    /** A file with the six digits set at the terminal; `000000` without one. */
    passwordFile: z.string().min(1).max(256).optional(),
    currency: z.enum(['CNY', 'EUR', 'GBP', 'USD', 'HKD']).default('CNY'),
    /** Of the clock inside the terminal. */
    timeZone: z.string().min(1).max(64).refine(isTimeZone, 'an IANA time zone, such as Asia/Shanghai').default('Asia/Shanghai'),
  }),
  z.strictObject({ id: DeviceId, driver: z.literal('pn532-reader'), link: QuickLink, proof: CardProof.optional() }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('pcsc-reader'),
    link: z.discriminatedUnion('kind', [...Link.options, PcscLink]),
    proof: CardProof.optional(),
  }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('modbus-gate'),
    link: Link,
    unit: ModbusUnit,
    releaseRelay: z.int().min(0).max(31).default(0),
    inputs: z
      .strictObject({
        entryPassage: z.int().min(0).max(31).default(0),
        exitPassage: z.int().min(0).max(31).default(1),
        jam: z.int().min(0).max(31).default(2),
        fireAlarm: z.int().min(0).max(31).default(3),
      })
      .prefault({}),
  }),
  z.strictObject({ id: DeviceId, driver: z.literal('osdp-reader'), link: Link, ...OsdpPlace, reader: OsdpNumber.default(0) }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('osdp-gate'),
    link: Link,
    ...OsdpPlace,
    releaseOutput: OsdpNumber.default(0),
    /** What is wired. Without a passage sensor no admission is ever taken back. */
    inputs: z
      .strictObject({
        entryPassage: OsdpNumber.exactOptional(),
        exitPassage: OsdpNumber.exactOptional(),
        jam: OsdpNumber.exactOptional(),
        fireAlarm: OsdpNumber.exactOptional(),
      })
      .default({ entryPassage: 0, exitPassage: 1, jam: 2, fireAlarm: 3 }),
  }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('osdp-light'),
    link: Link,
    ...OsdpPlace,
    reader: OsdpNumber.default(0),
    led: OsdpNumber.default(0),
  }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('gpio-gate'),
    link: z.discriminatedUnion('kind', [SimulatedLink, GpioLink]),
    releaseLine: GpioOffset,
    /** What is wired. Without a passage sensor no admission is ever taken back. */
    inputs: z
      .strictObject({
        entryPassage: GpioOffset.exactOptional(),
        exitPassage: GpioOffset.exactOptional(),
        jam: GpioOffset.exactOptional(),
        fireAlarm: GpioOffset.exactOptional(),
      })
      .default({}),
  }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('lcus-gate'),
    link: Link,
    channel: RelayChannel.default(1),
    /** LCUS-1 says nothing; modules of two channels and more can be asked for their levels. */
    feedback: z.enum(['none', 'levels']).default('none'),
  }),
  z.strictObject({ id: DeviceId, driver: z.literal('hid-relay-gate'), link: ReportLink, channel: RelayChannel.default(1) }),
  z.strictObject({ id: DeviceId, driver: z.literal('patlite-tower'), link: ReportLink }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('lcus-tower'),
    link: Link,
    /** The channel of each lamp that the tower has. */
    lamps: Lamps(RelayChannel).default({ red: 1, amber: 2, green: 3, buzzer: 4 }),
  }),
  z.strictObject({
    id: DeviceId,
    driver: z.literal('modbus-tower'),
    link: Link,
    unit: ModbusUnit,
    /** The coil of each lamp that the tower has, as the protocol counts them: from 0. */
    lamps: Lamps(z.int().min(0).max(31))
      .refine((lamps) => Object.keys(lamps).length > 0, 'at least one lamp')
      .default({ red: 0, amber: 1, green: 2, buzzer: 3 }),
  }),
]);
export type DeviceConfiguration = z.infer<typeof Device>;

/** What each driver's devices are used as: a place of the configuration asks for a class, whichever driver serves it. */
export const CLASS_OF_DRIVER: Readonly<Record<DeviceConfiguration['driver'], DeviceClass>> = {
  'escpos-printer': 'ticket-printer',
  'star-printer': 'ticket-printer',
  'serial-scanner': 'scanner',
  'hid-pos-scanner': 'scanner',
  'keyboard-scanner': 'scanner',
  'zvt-terminal': 'payment-terminal',
  'magnetic-stripe': 'card-reader',
  'pn532-reader': 'card-reader',
  'pcsc-reader': 'card-reader',
  'modbus-gate': 'gate-controller',
  'osdp-reader': 'card-reader',
  'osdp-gate': 'gate-controller',
  'osdp-light': 'indicator',
  'gpio-gate': 'gate-controller',
  'lcus-gate': 'gate-controller',
  'hid-relay-gate': 'gate-controller',
  'lcus-tower': 'indicator',
  'modbus-tower': 'indicator',
  'patlite-tower': 'indicator',
};
