import { onTestFinished } from 'vitest';
import { memoryValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore } from '#agent/ledger/validity-store.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createValidityDoor } from '#agent/validity/signed-validity.ts';
import { createValidityClient } from '#agent/validity/validity-client.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { createFakeBoxOffice, putShow, putTicket, SITE } from './fake-box-office.ts';
import { scratchLedger } from './scratch-ledger.ts';

/** The keeper of a gate's validity data over a real ledger, a box office in the test's hands, and time that stands still. */
export function keeperWorld() {
  const time = createVirtualTime();
  const boxOffice = createFakeBoxOffice(time.clock);
  const scratch = scratchLedger(time.clock);
  const files = memoryValidityFiles();
  const connect = () => {
    const ledger = scratch.open();
    const store = createValidityStore(ledger, files);
    const client = createValidityClient({
      door: createValidityDoor(boxOffice.publicKey, SITE),
      store,
      source: boxOffice.source,
      clock: time.clock,
      timers: time.timers,
      log: silentLog,
    });
    onTestFinished(() => client.stop());
    return { ledger, store, client };
  };
  /** A snapshot is put in over several turns of the event loop. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await time.settle();
  };
  return { time, boxOffice, files, connect, settle, ...connect() };
}

/** A gate that has taken the first snapshot: a show and ticket 1. */
export async function inStep() {
  const it = keeperWorld();
  it.boxOffice.change(putShow(), putTicket(1));
  it.client.start();
  await it.client.refresh();
  it.boxOffice.asked();
  return it;
}
export type KeeperWorld = Awaited<ReturnType<typeof inStep>>;
