import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '#core/base/bytes.ts';
import { seconds } from '#core/base/time.ts';
import type { MachineId, SiteId } from '#core/contract/identifiers.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import { type BoxOffice, createBoxOffice } from '../box-office/create-box-office.ts';
import { DEMO_MEMBERS, type DemoMember } from '../box-office/members/demo-members.ts';
import { drawPoster } from '../box-office/posters/draw-poster.ts';
import { createProgramme } from '../box-office/programme/built-in-programme.ts';
import type { BoxOfficeWire } from '../box-office/wire/box-office-wire.ts';
import { createBoxOfficeWire } from '../box-office/wire/box-office-wire.ts';
import { type CommandDoorParts, createCommandDoor } from '../box-office/wire/command-door.ts';
import type { Configuration } from '../configuration/schema.ts';
import { createPaymentSimulator } from '../payment-simulator/create-payment-simulator.ts';
import type { Log } from '../runtime/log.ts';
import { makeSiteKeyFile } from '../site/site-key.ts';
import type { DeskCommands } from '../staff/lock-release.ts';
import { holderOfToken } from '../staff/person-tokens.ts';
import { STAFF_FILE, STAFF_TOKENS_FILE } from '../staff/staff-command.ts';
import type { BrokerAccess } from '../uplink/broker-access.ts';
import { machineTokens } from './machine-tokens.ts';
import { paymentProviders } from './payment-providers.ts';

/** The authority and its simulated payment provider, inside this agent. */
export interface EmbeddedBoxOffice {
  readonly url: string;
  readonly paymentsUrl: string;
  /** To try things out with; none where money is real. */
  readonly demoMembers: readonly DemoMember[];
  /** This machine's own token. */
  readonly token: string;
  /** What gates pin: Ed25519, base64url. */
  readonly validityKey: string;
  /** What named people at this machine have the others do. */
  readonly commands: DeskCommands;
  /** Connects the box office's end of MQTT. */
  connect(broker: BrokerAccess): void;
  /** Tries the broker now instead of at the next attempt. */
  nudge(): void;
  stop(): Promise<void>;
}

interface Surroundings {
  readonly data: string;
  readonly machine: MachineId;
  readonly site: SiteId;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** What a person has the box office do, in this machine's audit. @throws FaultError */
  readonly audit: CommandDoorParts['audit'];
  readonly log: Log;
}

type Embedded = Extract<Configuration['boxOffice'], { kind: 'embedded' }>;

export async function startEmbeddedBoxOffice(configuration: Embedded, surroundings: Surroundings): Promise<EmbeddedBoxOffice> {
  const { data, machine, site, clock, timers, random, audit, log } = surroundings;
  const folder = join(data, 'box-office');
  const tokens = machineTokens(join(folder, 'tokens'), [machine, ...configuration.machines.filter((other) => other !== machine)], random);
  const paymentsFolder = join(data, 'payments');
  mkdirSync(paymentsFolder, { recursive: true, mode: 0o700 });
  // Provider and box office are started together and share a secret that lives as long as they do.
  const apiKey = toHex(random.bytes(24));
  const payments = createPaymentSimulator({
    dataFolder: paymentsFolder,
    port: configuration.payments,
    clock,
    timers,
    random,
    log: log.child({ part: 'payments' }),
    apiKey,
  });
  const { url: paymentsUrl } = await payments.start();
  let wire: BoxOfficeWire | undefined;
  const isTrial = configuration.providers.some(({ kind }) => kind === 'simulated');
  const machines = [...tokens.values()];
  const door = createCommandDoor({ machines: new Set(machines), commands: () => boxOffice.commands, line: () => wire, audit, clock });
  const boxOffice: BoxOffice = createBoxOffice({
    dataFolder: folder,
    programme: createProgramme({ site: { id: site } }),
    drawPoster,
    clock,
    timers,
    random,
    log: log.child({ part: 'box-office' }),
    host: configuration.host,
    port: configuration.port,
    tokens,
    payments: { url: paymentsUrl, apiKey },
    people: {
      person: (token) => holderOfToken({ staff: join(data, STAFF_FILE), tokens: join(data, STAFF_TOKENS_FILE) }, token),
      commands: door,
    },
    providers: paymentProviders(configuration.providers, { simulator: { url: paymentsUrl, apiKey }, site, clock, timers, random }),
    withDemoMembers: isTrial,
    holdFor: seconds(configuration.holdSeconds),
  });
  const { url } = await boxOffice.start();
  // For the technician to carry to the other machines: public, and pinned there.
  writeFileSync(join(folder, 'validity.key.pub'), `${boxOffice.validity.publicKey}\n`);
  // For the gates alone, which prove by it to each other that they are of this site.
  makeSiteKeyFile(join(folder, 'site.key'), random);
  const [token = ''] = [...tokens.entries()].find(([, owner]) => owner === machine) ?? [];
  return {
    url,
    paymentsUrl,
    demoMembers: isTrial ? DEMO_MEMBERS : [],
    token,
    validityKey: boxOffice.validity.publicKey,
    commands: { machines, door },
    connect: (broker) => {
      const connected = createBoxOfficeWire({
        broker,
        site,
        receive: (delivered) => boxOffice.receiveTogether(delivered),
        watermarks: (from, epoch) => boxOffice.watermarks(from, epoch),
        commands: boxOffice.commands,
        headSigned: () => boxOffice.validity.head(),
        clock,
        timers,
        random,
        log: log.child({ part: 'box-office-wire' }),
      });
      wire = connected;
      boxOffice.validity.onDelta((delta, head) => {
        connected.publishDelta(delta);
        connected.publishHead(head);
      });
      connected.start();
    },
    nudge: () => wire?.nudge(),
    stop: async () => {
      await wire?.stop();
      await boxOffice.stop();
      await payments.stop();
    },
  };
}
