import { FaultError } from '#core/base/fault.ts';
import { toIso } from '#core/base/time.ts';
import type { KioskSession } from '#core/contract/local/kiosk.ts';
import {
  type CommandReply,
  type KioskCommand,
  type KioskEffect,
  type KioskInput,
  type KioskState,
  newKiosk,
  type WorldEffect,
} from '#core/kiosk/kiosk.ts';
import { stepKiosk } from '#core/kiosk/kiosk-step.ts';
import { decideGoods } from '#core/kiosk/kiosk-terminal.ts';
import { viewSession } from '#core/kiosk/session-view.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { GoodsDecision } from '#core/ports/payment-terminal.ts';
import { type Books, commitStep, isDurable } from './commit-step.ts';
import type { KioskParts } from './kiosk.ts';
import { createWorld, type WorldParts } from './world.ts';

/**
 * The one place where the kiosk's steps happen. An input is one step: its durable effects are committed in one transaction, and only then is anything asked,
 * printed or shown. When the commit certainly failed, the step has not happened at all and the input waits.
 */
export interface EffectRunner {
  state(): KioskState;
  session(): KioskSession;
  put(input: KioskInput): void;
  ask(request: string, command: KioskCommand): Promise<CommandReply>;
  stop(): Promise<void>;
}

export function createEffectRunner(parts: KioskParts & Books & Pick<WorldParts, 'onReprint'>): EffectRunner {
  const { clock, timers, log } = parts;
  let state = newKiosk(parts.machine, parts.limits, { goods: parts.terminal?.goods ?? 'confirmed', receipts: parts.receipts });
  /** What the screen draws of which state: it is looked at far more often than it changes. */
  let drawn = { state, session: viewSession(state, parts.speech) };
  /** The state whose picture was last compared with what the screen has, and what it has. */
  let compared = state;
  let shown = JSON.stringify(drawn.session);
  let isStepping = false;
  /** `stopping`: nothing new is begun, but a paper that comes out and a word of the card terminal are still written down. */
  let mode: 'running' | 'stopping' | 'stopped' = 'running';
  let retry: Timer | undefined;
  const inbox: KioskInput[] = [];

  const put = (input: KioskInput): void => {
    if (mode === 'stopped' || (mode === 'stopping' && !HAPPENED.has(input.kind))) return;
    inbox.push(input);
    if (!isStepping && retry === undefined) drain();
  };

  const fail = (cause: unknown): void => {
    mode = 'stopped';
    parts.onFatal(cause);
  };

  const decide = (attemptKey: string): GoodsDecision => decideGoods(state, attemptKey, clock.wall());
  const world = createWorld({ ...parts, put, decide, onFatal: fail });

  /** One input at a time: what an effect puts in meanwhile comes after it. */
  const drain = (): void => {
    isStepping = true;
    try {
      for (let input = inbox.shift(); input !== undefined && mode !== 'stopped'; input = inbox.shift()) {
        if (!take(input)) break;
      }
    } catch (cause) {
      fail(cause);
    } finally {
      isStepping = false;
    }
  };

  /** @returns false when the ledger could not be written and the inbox has to wait */
  const take = (input: KioskInput): boolean => {
    const step = stepKiosk(state, input);
    try {
      commitStep(parts, input, step.effects);
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      log.error({ fault: cause.fault }, 'the kiosk could not write its journal; nothing was changed');
      parts.onStore(false);
      return postpone(input);
    }
    parts.onStore(true);
    state = step.state;
    if (mode === 'running') for (const effect of step.effects) if (isOfTheWorld(effect)) world.perform(effect);
    show();
    return true;
  };

  /** A guest is told; everything else is tried again, because it has already happened in the world. */
  const postpone = (input: KioskInput): boolean => {
    switch (input.kind) {
      case 'command':
        world.reply(input.request, { kind: 'unavailable', lost: 'store' });
        return true;
      case 'scanned':
        parts.onNotice({ at: toIso(clock.wall()), problem: { kind: 'unavailable' } });
        return true;
      case 'answered':
      case 'elapsed':
      case 'job-ended':
      case 'paper-ended':
      case 'printer':
      case 'scanner':
      case 'terminal-state':
      case 'terminal-text':
      case 'terminal-approved':
      case 'terminal-answered':
      case 'restarted':
        inbox.unshift(input);
        retry = timers.after(parts.limits.pollEvery, () => {
          retry = undefined;
          drain();
        });
        return false;
    }
  };

  const session = (): KioskSession => {
    if (drawn.state !== state) drawn = { state, session: viewSession(state, parts.speech) };
    return drawn.session;
  };
  const show = (): void => {
    if (compared === state) return;
    compared = state;
    const text = JSON.stringify(session());
    if (text === shown) return;
    shown = text;
    parts.onSession(session());
  };

  return {
    state: () => state,
    session,
    put,
    ask: (request, command) => {
      const answer = world.awaitReply(request);
      // While the ledger cannot be written the inbox stands still, and a guest is not left standing with it.
      if (mode !== 'running' || retry !== undefined) world.reply(request, { kind: 'unavailable', lost: 'store' });
      else put({ kind: 'command', at: clock.wall(), request, command });
      return answer;
    },
    stop: async () => {
      mode = 'stopping';
      retry?.cancel();
      retry = undefined;
      await world.stop();
      mode = 'stopped';
    },
  };
}

/** What a device did by itself, and nobody can take back. */
const HAPPENED: ReadonlySet<KioskInput['kind']> = new Set<KioskInput['kind']>(['job-ended', 'paper-ended', 'terminal-approved', 'terminal-answered']);

const isOfTheWorld = (effect: KioskEffect): effect is WorldEffect => !isDurable(effect);
