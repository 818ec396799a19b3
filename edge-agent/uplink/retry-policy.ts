import type { BackoffPolicy } from '#core/base/backoff.ts';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { minutes, seconds } from '#core/base/time.ts';

/** What a lost or refused connection means: how long to stay away, and what a person should know. */
export interface Verdict {
  readonly backoff: BackoffPolicy;
  readonly fault: Fault;
}

/** Every ceiling below is twice its floor from the first time on, so that a whole fleet that was refused together does not come back together. */
const ORDINARY = LIMITS.uplink.backoff;
/** The broker says that it has too much to do; coming back at once makes it worse. */
const OVERLOADED: BackoffPolicy = { base: seconds(60), cap: minutes(5), floor: seconds(30) };
/** Only a person changes this, so there is no hurry; a broker with wrong rights must not be flooded by every machine it refuses. */
const REFUSED: BackoffPolicy = { base: seconds(120), cap: minutes(15), floor: seconds(60) };
/** Two machines with one name push each other off for ever; the longer both stay away, the longer each one works. */
const TAKEN_OVER: BackoffPolicy = { base: seconds(60), cap: minutes(10), floor: seconds(30) };

/** By reason code of MQTT 5.0, 2.4; those of 3.1.1 have been translated. */
export function judgeEnd(message: string, reasonCode: number | undefined): Verdict {
  switch (reasonCode) {
    case 0x88: // server unavailable
    case 0x89: // server busy
    case 0x97: // quota exceeded
    case 0x9f: // connection rate exceeded
      return { backoff: OVERLOADED, fault: { code: 'E-NET-BUSY', owner: 'peer', message: `The broker is overloaded: ${message}.` } };
    case 0x84: // unsupported protocol version
      return {
        backoff: REFUSED,
        fault: {
          code: 'E-NET-VERSION',
          owner: 'configuration',
          message: `The broker does not speak this version of MQTT: ${message}.`,
          remedy: 'Set broker.version to the version that the broker speaks (3.1.1 or 5).',
        },
      };
    case 0x85: // client identifier not valid
    case 0x86: // bad user name or password
    case 0x87: // not authorized
      return {
        backoff: REFUSED,
        fault: {
          code: 'E-NET-DENIED',
          owner: 'configuration',
          message: `The broker refuses this machine: ${message}.`,
          remedy: "Check the machine's certificate or password, and its rights at the broker.",
        },
      };
    case 0x8e: // session taken over
      return {
        backoff: TAKEN_OVER,
        fault: {
          code: 'E-NET-TWICE',
          owner: 'configuration',
          message: `Another machine has connected under the name of this one: ${message}.`,
          remedy: 'Find the machine that was cloned, and give it a name of its own.',
        },
      };
    default:
      return { backoff: ORDINARY, fault: { code: 'E-NET-LINK', owner: 'network', message: `The connection to the broker ended: ${message}.` } };
  }
}
