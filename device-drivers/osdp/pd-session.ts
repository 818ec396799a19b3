import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { DeviceSession, DriverContext } from '#core/ports/driver.ts';
import type { Capability } from './frame.ts';
import { offlineFault, type PdLevels } from './osdp-faults.ts';
import type { OsdpPd } from './osdp-line.ts';
import type { PdEvent } from './session.ts';

/** One use of a device (reader, barrier, light) for as long as the device's session lives. */
export interface PdUse<Port> {
  readonly port: Port;
  /** The device is there, or there again after it was without power: whatever it should be like has to be said anew. */
  online(capabilities: readonly Capability[] | undefined): void;
  event(event: PdEvent): void;
  levels(levels: PdLevels): void;
  /** No timer lives on. */
  end(): void;
}

/**
 * Joins a device and waits until it is online. What every use of a device has in common is here: the link, the levels that health is made of, the end.
 * @param make called when the line is open; `session` of the use begins with `online`
 */
export async function joinPd<Port>(context: DriverContext, pd: OsdpPd, make: () => PdUse<Port>): Promise<Result<DeviceSession<Port>, Fault>> {
  let end: (fault: Fault | undefined) => void = () => undefined;
  const ended = new Promise<Fault | undefined>((resolve) => {
    end = resolve;
  });
  let use: PdUse<Port> | undefined;
  let leave = (): void => undefined;
  let levels: PdLevels = { isTampered: false, hasPowerFailure: false, misses: 0 };
  const stopListening = (): void => {
    leave();
    use?.end();
    use = undefined;
  };

  const opened = await context.transport.open({
    bytes: () => undefined,
    closed: (fault) => {
      stopListening();
      end(fault);
    },
  });
  if (!opened.ok) return opened;
  context.onHealth({ kind: 'connecting', reasons: [] });
  const made = make();
  use = made;
  const online = new Promise<Fault | undefined>((resolve) => {
    const late = context.timers.after(LIMITS.osdp.onlineWithin, () => resolve(offlineFault('no-answer', pd.address)));
    void ended.then((fault) => {
      late.cancel();
      resolve(fault ?? offlineFault('no-answer', pd.address));
    });
    leave = pd.listen((event) => {
      if (event.kind === 'online') {
        late.cancel();
        use?.online(event.capabilities);
        resolve(undefined);
      }
      if (event.kind === 'local-status') levels = { ...levels, isTampered: event.isTampered, hasPowerFailure: event.hasPowerFailure };
      if (event.kind === 'missed') levels = { ...levels, misses: event.count };
      if (event.kind === 'online' || event.kind === 'local-status' || event.kind === 'missed') use?.levels(levels);
      use?.event(event);
    });
  });
  const fault = await online;
  if (fault === undefined) return ok({ port: made.port, counters: pd.counters, ended, stop: () => opened.value.close() });
  stopListening();
  await opened.value.close();
  return err({ ...fault, device: context.device });
}
