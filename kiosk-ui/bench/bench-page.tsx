import { bench } from '../text/bench.ts';
import { say } from '../text/language.ts';

export function BenchPage() {
  return (
    <main class="screen">
      <h1>{say(bench.title)}</h1>
      <a class="button" href="/">
        {say(bench.home)}
      </a>
    </main>
  );
}
