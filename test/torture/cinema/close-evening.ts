import { systemClock } from '#agent/runtime/clock.ts';
import { businessDayOf } from '#core/base/business-day.ts';
import { corrupt, type Finding, lost } from '../judge/finding.ts';
import { settled } from '../lobby/settled.ts';
import { pace } from '../pace.ts';
import type { Cinema } from './cinema.ts';

const TIME_ZONE = 'Asia/Shanghai';
const MONEY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Everything is well again: what waits reaches the box office, open payments come to their end, and both programs stop in order. */
export async function closeEvening({ agent, office, boxOffice }: Cinema): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const machine = agent.running();
  if (machine === undefined) throw new Error('the machine does not run');
  try {
    await settled(machine);
  } catch (cause) {
    findings.push(lost(`not everything reached the box office: ${cause instanceof Error ? cause.message : String(cause)}`));
  }
  findings.push(...(await moneyAddsUp(boxOffice)));
  for (const [name, part] of Object.entries({ agent, office })) {
    const status = await part.stop();
    if (status !== 0) findings.push(corrupt(`the ${name} ended with status ${status}`));
  }
  return findings;
}

/** The box office's own comparison with the provider's statement; money that is still on its way gets time. */
async function moneyAddsUp(boxOffice: Cinema['boxOffice']): Promise<readonly Finding[]> {
  const end = performance.now() + MONEY_WITHIN_MS;
  for (;;) {
    const answer = await boxOffice.readReconciliation({ query: { day: businessDayOf(systemClock.wall(), TIME_ZONE) } });
    if (answer.ok && answer.value.open.length === 0 && answer.value.differences.length === 0) return [];
    if (performance.now() < end) {
      await pace(LOOK_EVERY_MS);
      continue;
    }
    return [
      lost(
        `the day's money does not add up: ${JSON.stringify(answer.ok ? { open: answer.value.open, differences: answer.value.differences } : answer.error)}`,
      ),
    ];
  }
}
