import { gate } from '../text/gate.ts';
import { say } from '../text/language.ts';

export function GatePage() {
  return (
    <main class="screen">
      <h1>{say(gate.title)}</h1>
      <a class="button" href="/">
        {say(gate.home)}
      </a>
    </main>
  );
}
