import type { BenchState } from '#core/contract/local/bench.ts';
import { bench as words } from '../text/bench.ts';
import { say } from '../text/language.ts';
import type { Bench } from './bench-model.ts';

/** The cables that leave the machine, and a pair of pliers for each. */
export function WiresCard({ bench, network }: { readonly bench: Bench; readonly network: BenchState['network'] }) {
  return (
    <section class="card wires" aria-labelledby="wires-title">
      <h2 id="wires-title">{say(words.wires)}</h2>
      <p class="staff-quiet">{say(words.wiresMore)}</p>
      <Wire
        label={say(words.wireBroker)}
        end={say(words.broker)}
        isJoined={network.broker}
        onTurn={() => void bench.setNetwork({ broker: !network.broker })}
      />
      <Wire
        label={say(words.wireBoxOffice)}
        end={say(words.boxOffice)}
        isJoined={network.boxOffice}
        onTurn={() => void bench.setNetwork({ boxOffice: !network.boxOffice })}
      />
      {network.site !== null && (
        <Wire
          label={say(words.wireSite)}
          end={say(words.otherGates)}
          isJoined={network.site}
          onTurn={() => void bench.setNetwork({ site: !network.site })}
        />
      )}
    </section>
  );
}

interface WireProps {
  readonly label: string;
  readonly end: string;
  readonly isJoined: boolean;
  readonly onTurn: () => void;
}

function Wire({ label, end, isJoined, onTurn }: WireProps) {
  return (
    <div class="wire" data-joined={isJoined ? '' : undefined}>
      <span class="wire-end">{say(words.machine)}</span>
      <button type="button" role="switch" aria-checked={isJoined} aria-label={label} class="wire-switch" onClick={onTurn}>
        <svg viewBox="0 0 240 56" preserveAspectRatio="none" aria-hidden="true">
          <path class="wire-whole" d="M0 28C40 28 50 14 90 18s60 26 100 16 32-6 50-6" />
          <path class="wire-cut" d="M0 28C30 28 46 16 74 16l14 8M240 28c-24 0-34-2-56 6-10 3-20 2-28-4" />
        </svg>
        <span class="wire-word">{say(isJoined ? words.joined : words.cut)}</span>
      </button>
      <span class="wire-end">{end}</span>
    </div>
  );
}
