import { signal } from '@preact/signals';
import type { LiveMessage } from '#core/contract/local/live.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import type { Agent } from '../../../kiosk-ui/agent/agent.ts';
import type { Call, CallAnswer } from '../../../kiosk-ui/agent/call.ts';
import type { LinkState } from '../../../kiosk-ui/agent/live.ts';
import type { CallName } from '../../../kiosk-ui/agent/routes.ts';

/** What an agent would say to each call; a call that is not in the script gets no answer. */
export type Script = { [Name in CallName]?: (input: unknown) => CallAnswer<Name> | Promise<CallAnswer<Name>> };

export interface ScriptedAgent {
  readonly agent: Agent;
  readonly time: VirtualTime;
  readonly script: Script;
  /** Every call that was made, in order. */
  readonly calls: { readonly name: CallName; readonly input: unknown }[];
  /** Says something over the live connection. */
  push(message: LiveMessage): void;
}

export function createScriptedAgent(script: Script): ScriptedAgent {
  const time = createVirtualTime();
  const calls: { name: CallName; input: unknown }[] = [];
  let listener: ((message: LiveMessage) => void) | undefined;
  const call: Call = async <Name extends CallName>(name: Name, ...input: readonly unknown[]): Promise<CallAnswer<Name>> => {
    calls.push({ name, input: input[0] });
    const answer = script[name];
    return answer ? answer(input[0]) : { kind: 'unreachable' };
  };
  return {
    time,
    script,
    calls,
    push: (message) => listener?.(message),
    agent: {
      call,
      clock: time.clock,
      timers: time.timers,
      live({ onMessage }) {
        listener = onMessage;
        return { state: signal<LinkState>('live'), close: () => undefined };
      },
    },
  };
}
