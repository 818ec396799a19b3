import { assert, type Fault } from '#core/base/fault.ts';
import type { Result } from '#core/base/result.ts';
import type { CardReader } from '#core/ports/card-reader.ts';
import type { DeviceSession, Driver, DriverContext, TraceMask } from '#core/ports/driver.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import type { Indicator } from '#core/ports/indicator.ts';
import type { Transport } from '#core/ports/link.ts';
import type { PaymentTerminal } from '#core/ports/payment-terminal.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import type { TicketPrinter } from '#core/ports/ticket-printer.ts';

interface Managed<Class extends string, Port> {
  readonly id: string;
  readonly class: Class;
  readonly driver: string;
  readonly transport: Transport;
  /** What of its line may be kept to look at. */
  readonly trace: TraceMask | undefined;
  connect(context: DriverContext): Promise<Result<DeviceSession<Port>, Fault>>;
}

/** A device that is wanted: which driver, where, and with its options already bound. */
export type ManagedDevice =
  | Managed<'ticket-printer', TicketPrinter>
  | Managed<'scanner', Scanner>
  | Managed<'gate-controller', GateController>
  | Managed<'payment-terminal', PaymentTerminal>
  | Managed<'card-reader', CardReader>
  | Managed<'indicator', Indicator>;

interface Wanted<Port, Options> {
  readonly id: string;
  readonly driver: Driver<Port, Options>;
  readonly options: Options;
  readonly transport: Transport;
}

function bind<Class extends string, Port, Options>(kind: Class, { id, driver, options, transport }: Wanted<Port, Options>): Managed<Class, Port> {
  return { id, class: kind, driver: driver.name, transport, trace: driver.trace, connect: (context) => driver.connect(context, options) };
}

export const managedPrinter = <Options>(wanted: Wanted<TicketPrinter, Options>): ManagedDevice => bind('ticket-printer', wanted);
export const managedScanner = <Options>(wanted: Wanted<Scanner, Options>): ManagedDevice => bind('scanner', wanted);
export const managedGate = <Options>(wanted: Wanted<GateController, Options>): ManagedDevice => bind('gate-controller', wanted);
export const managedTerminal = <Options>(wanted: Wanted<PaymentTerminal, Options>): ManagedDevice => bind('payment-terminal', wanted);
export const managedCardReader = <Options>(wanted: Wanted<CardReader, Options>): ManagedDevice => bind('card-reader', wanted);
export const managedIndicator = <Options>(wanted: Wanted<Indicator, Options>): ManagedDevice => bind('indicator', wanted);

/**
 * A device of which it shows only when it is plugged in which driver it needs. All of them are of one class.
 * @param now asked at each opening
 */
export function managedByLooks(own: ManagedDevice, now: () => ManagedDevice): ManagedDevice {
  switch (own.class) {
    case 'ticket-printer':
      return byLooks(own, now);
    case 'scanner':
      return byLooks(own, now);
    case 'gate-controller':
      return byLooks(own, now);
    case 'payment-terminal':
      return byLooks(own, now);
    case 'card-reader':
      return byLooks(own, now);
    case 'indicator':
      return byLooks(own, now);
  }
}

function byLooks<Class extends ManagedDevice['class'], Port>(own: Managed<Class, Port>, now: () => ManagedDevice): Managed<Class, Port> {
  const current = (): Managed<Class, Port> => {
    const device = now();
    assert(isOfClass(device, own), `${device.driver} drives what ${own.driver} does`);
    return device;
  };
  return {
    id: own.id,
    class: own.class,
    get driver() {
      return current().driver;
    },
    get trace() {
      return current().trace;
    },
    transport: {
      get place() {
        return current().transport.place;
      },
      open: (events) => current().transport.open(events),
    },
    connect: (context) => current().connect(context),
  };
}

/** The class says which port it has. */
function isOfClass<Class extends string, Port>(device: { readonly class: string }, own: Managed<Class, Port>): device is Managed<Class, Port> {
  return device.class === own.class;
}
