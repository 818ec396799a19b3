import { timingSafeEqual } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '#core/base/bytes.ts';
import { assert, FaultError } from '#core/base/fault.ts';
import { type Duration, seconds } from '#core/base/time.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import { sha256Hex } from '../runtime/ticket-crypto.ts';
import { openPaymentLedger } from './payment-ledger.ts';
import { createSimulatorServer } from './simulator-server.ts';

/** A payment provider that takes no money: a real HTTP service with a merchant's side and a page for the guest's phone, on a port of its own. */
export interface PaymentSimulatorOptions {
  /** A folder of its own, made when missing. */
  readonly dataFolder: string;
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** What the merchant has to show. */
  readonly apiKey: string;
  /** Where phones find the page, when that is not where the service listens. */
  readonly publicUrl?: string;
  /** How long "answers late" lasts. Longer than the provider client waits, shorter than a payment lives. */
  readonly silentFor?: Duration;
}

export interface PaymentSimulator {
  /** @throws FaultError `E-PAY-PORT` the port is taken */
  start(): Promise<{ readonly url: string }>;
  /** Questions that wait for a late answer are cut off. Payments are kept. */
  stop(): Promise<void>;
}

const SILENT_FOR = seconds(20);

/** @throws FaultError `E-STO-*` */
export function createPaymentSimulator(options: PaymentSimulatorOptions): PaymentSimulator {
  const { clock, timers, random, log } = options;
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
  const ledger = openPaymentLedger(join(options.dataFolder, 'payments.db'));
  const keyHash = Buffer.from(sha256Hex(`Bearer ${options.apiKey}`));
  let url: string | undefined;
  const server = createSimulatorServer({
    ledger,
    clock,
    timers,
    log,
    isMerchant: (header) => timingSafeEqual(Buffer.from(sha256Hex(header ?? '')), keyHash),
    newNumber: () => toHex(random.bytes(16)),
    randomBytes: (count) => random.bytes(count),
    pageUrl: (token) => {
      assert(url !== undefined, 'payments are made after the start');
      return `${(options.publicUrl ?? url).replace(/\/+$/, '')}/pay/${token}`;
    },
    silentFor: options.silentFor ?? SILENT_FOR,
  });
  const host = options.host ?? '127.0.0.1';
  return {
    start: async () => {
      try {
        await server.listen({ host, port: options.port });
      } catch (cause) {
        throw portFault(host, options.port, cause);
      }
      const address = server.server.address();
      assert(address !== null && typeof address === 'object', 'a server that listens has an address');
      url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
      return { url };
    },
    stop: async () => {
      await server.close();
      ledger.close();
    },
  };
}

function portFault(host: string, port: number, cause: unknown): FaultError {
  const reason = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE' ? 'another program uses it' : String(cause);
  return new FaultError(
    {
      code: 'E-PAY-PORT',
      owner: 'configuration',
      message: `The simulated payment provider cannot listen on ${host}:${port}: ${reason}.`,
      remedy: 'Stop the other program, or set boxOffice.payments in the configuration.',
    },
    { cause },
  );
}
