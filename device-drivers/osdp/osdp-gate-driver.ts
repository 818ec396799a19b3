import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Duration } from '#core/base/time.ts';
import type { Driver } from '#core/ports/driver.ts';
import type { GateController, ReleaseOutcome } from '#core/ports/gate-controller.ts';
import type { GateWiring } from '../gate-inputs/gate-inputs.ts';
import { createInputWatch } from '../gate-inputs/input-watch.ts';
import { type OsdpCommand, PULSE_TENTHS_MAX } from './frame.ts';
import { reasonsOf } from './osdp-faults.ts';
import type { OsdpPd } from './osdp-line.ts';
import { joinPd } from './pd-session.ts';
import { canDo, type OrderOutcome } from './session.ts';

export interface OsdpGateOptions {
  readonly pd: OsdpPd;
  /** The output that releases the barrier. */
  readonly releaseOutput: number;
  readonly inputs: GateWiring;
}

/**
 * A barrier on the output of an OSDP device. The device times each release (code 5), so a dead agent cannot hold a gate open; every session begins by switching
 * the output off; a release whose deadline has passed is never written, repeats included.
 */
export const osdpGateDriver: Driver<GateController, OsdpGateOptions> = {
  name: 'osdp-gate',
  connect: (context, { pd, releaseOutput, inputs }) =>
    joinPd(context, pd, () => {
      const { clock, device } = context;
      const watch = createInputWatch(inputs, context.onHealth);
      const off: OsdpCommand = { kind: 'output', output: releaseOutput, action: { kind: 'off' } };
      return {
        port: {
          release: async ({ pulse, deadline }) => {
            const command: OsdpCommand = { kind: 'output', output: releaseOutput, action: { kind: 'pulse', tenths: tenthsOf(pulse) } };
            return releaseOutcome(await pd.order(command, deadline), device);
          },
          expectRelease: pd.expectRelease,
          secure: async (): Promise<Result<void, Fault>> => {
            const outcome = releaseOutcome(await pd.order(off), device);
            if (outcome.kind === 'released') return ok();
            return err(outcome.kind === 'expired' ? notSent(device) : outcome.fault);
          },
          onInput: watch.onInput,
        },
        online: (capabilities) => {
          void pd.order(off);
          // A gate whose inputs nobody reads is as well as its line.
          if (Object.values(inputs).every((input) => input === undefined)) watch.polled(() => false, clock.monotonic());
          else if (!canDo({ kind: 'ask-inputs' }, capabilities)) context.onHealth({ kind: 'blocked', reasons: ['configuration'] });
        },
        levels: (levels) => watch.limited(reasonsOf(levels), clock.monotonic()),
        event: (event) => {
          if (event.kind === 'inputs') watch.polled((input) => event.levels[input] ?? false, clock.monotonic());
        },
        end: () => undefined,
      };
    }),
};

/** The device's unit is 100 ms; a pulse is never shorter than asked for. */
const tenthsOf = (span: Duration): number => Math.min(PULSE_TENTHS_MAX, Math.max(1, Math.ceil(span / 100)));

function releaseOutcome(outcome: OrderOutcome, device: string): ReleaseOutcome {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'released' };
    case 'expired':
      return { kind: 'expired' };
    case 'refused':
      return { kind: 'not-released', fault: refused(outcome.reason, device) };
    case 'not-sent':
      return { kind: 'not-released', fault: notSent(device) };
    case 'unanswered':
      return { kind: 'uncertain', fault: unanswered(device) };
  }
}

const refused = (reason: number, device: string): Fault => ({
  code: 'E-GAT-REFUSED',
  owner: 'configuration',
  message: reason === 0 ? 'the OSDP device has no such output' : `the OSDP device refused the release (NAK ${reason})`,
  remedy: "Check `releaseOutput` in the configuration against the device's manual.",
  device,
});

const notSent = (device: string): Fault => ({
  code: 'E-OSD-OFFLINE',
  owner: 'device',
  message: 'the OSDP device is not online, or has too much to do already',
  device,
});

const unanswered = (device: string): Fault => ({
  code: 'E-GAT-NO-ANSWER',
  owner: 'device',
  message: 'the OSDP device was told to release and did not answer',
  remedy: "Check the device's power and its two wires.",
  device,
});
