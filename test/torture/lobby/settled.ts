import type { RunningLobby } from '../../support/running-lobby.ts';
import { createScreensClient } from '../../support/screens-client.ts';

/** A connection that could not be made a few times waits for a minute before the next. */
const SETTLED_WITHIN_MS = 150_000;

/** Everything that the machine knows has reached the box office. */
export async function settled({ addresses }: RunningLobby): Promise<void> {
  const technician = await createScreensClient(addresses.screens).live('technician');
  try {
    await technician.until(
      'an empty outbox',
      (message) =>
        message.kind === 'technician' &&
        message.state.uplink.state === 'connected' &&
        message.state.uplink.lanes.every(({ waiting }) => waiting === 0)
          ? true
          : undefined,
      SETTLED_WITHIN_MS,
    );
  } finally {
    technician.close();
  }
}
