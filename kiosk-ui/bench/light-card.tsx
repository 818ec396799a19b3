import type { BenchDevice } from '#core/contract/local/bench.ts';
import { LAMP, bench as words } from '../text/bench.ts';
import { say } from '../text/language.ts';
import type { Bench } from './bench-model.ts';
import { FaultSwitches } from './fault-switches.tsx';

type Light = Extract<BenchDevice, { class: 'indicator' }>;

/** A light tower with its buzzer, as it is at this moment. */
export function LightCard({ bench, light }: { readonly bench: Bench; readonly light: Light }) {
  const { device, lamps, sounding } = light;
  const lit = lamps.filter(({ on }) => on).map(({ colour }) => say(LAMP[colour]));
  return (
    <section class="card light-card" aria-labelledby={`title-${device}`}>
      <header class="card-head">
        <h2 id={`title-${device}`}>
          {say(words.light)} <span class="device-id">{device}</span>
        </h2>
        <p>{lit.length === 0 ? say(words.lightDark) : lit.join(' + ')}</p>
        <p class="staff-quiet">{sounding && say(words.lightSounds)}</p>
      </header>
      <div class="tower" aria-hidden="true">
        {lamps.map(({ colour, on }) => (
          <span key={colour} class="tower-lamp" data-colour={colour} data-on={on ? '' : undefined} />
        ))}
      </div>
      <FaultSwitches bench={bench} device={light} />
    </section>
  );
}
