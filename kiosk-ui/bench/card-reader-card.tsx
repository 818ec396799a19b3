import type { BenchCard, BenchDevice } from '#core/contract/local/bench.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { bench as words } from '../text/bench.ts';
import { say } from '../text/language.ts';
import type { Bench } from './bench-model.ts';
import { FaultSwitches } from './fault-switches.tsx';

const CARDS: readonly (readonly [BenchCard, BothLanguages])[] = [
  ['member', words.cardMember],
  ['payment', words.cardPayment],
  ['unknown', words.cardUnknown],
];

/** A reader for members' cards, and a guest with three cards in her pocket. */
export function CardReaderCard({ bench, reader }: { readonly bench: Bench; readonly reader: Extract<BenchDevice, { class: 'card-reader' }> }) {
  const { device, reads } = reader;
  return (
    <section class="card" aria-labelledby={`title-${device}`}>
      <header class="card-head">
        <h2 id={`title-${device}`}>
          {say(words.cardReader)} <span class="device-id">{device}</span>
        </h2>
        <p class="staff-quiet numeric">{say(words.cardsShown(String(reads)))}</p>
      </header>
      <fieldset class="choice">
        <legend class="staff-small">{say(words.cards)}</legend>
        {CARDS.map(([card, label]) => (
          <button key={card} type="button" class="button" onClick={() => void bench.showCard(device, card)}>
            {say(label)}
          </button>
        ))}
      </fieldset>
      <FaultSwitches bench={bench} device={reader} />
    </section>
  );
}
