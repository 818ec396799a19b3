import type { MachineId, SiteId } from '#core/contract/identifiers.ts';
import type { Random } from '#core/ports/clock.ts';
import { makeBrokerCredentials } from '../broker/access.ts';
import { createEmbeddedBroker } from '../broker/embedded-broker.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { Log } from '../runtime/log.ts';
import type { BrokerAccess } from '../uplink/broker-access.ts';

/** The broker of the configuration: ours inside this process, or somebody else's. */
export interface ComposedBroker {
  /** What people call it. */
  readonly url: string;
  /** For this machine's uplink. */
  readonly machine: BrokerAccess;
  /** For an embedded box office. */
  readonly boxOffice: BrokerAccess;
  /** Only where it is ours to cut. */
  readonly embedded?: { isRunning(): boolean; start(): Promise<number>; stop(): Promise<void> };
}

/** @throws FaultError `E-NET-PORT` */
export async function composeBroker(
  configuration: Configuration['broker'],
  { machine, site, random, log }: { readonly machine: MachineId; readonly site: SiteId; readonly random: Random; readonly log: Log },
): Promise<ComposedBroker> {
  if (configuration.kind === 'remote') {
    const { kind: _, boxOffice, ...access } = configuration;
    const { url, version, caFile } = access;
    return { url, machine: access, boxOffice: { url, version, caFile, ...boxOffice } };
  }
  const credentials = makeBrokerCredentials(random, [machine]);
  const broker = createEmbeddedBroker({ port: configuration.port, site, credentials, log: log.child({ part: 'broker' }) });
  await broker.start();
  const url = broker.url();
  const password = credentials.machines.get(machine) ?? '';
  return {
    url,
    machine: { url, version: '3.1.1', username: machine, password },
    boxOffice: { url, version: '3.1.1', ...credentials.boxOffice },
    embedded: broker,
  };
}
