import { say } from '../text/language.ts';
import { technician } from '../text/technician.ts';

export function TechnicianPage() {
  return (
    <main class="screen">
      <h1>{say(technician.title)}</h1>
      <a class="button" href="/">
        {say(technician.home)}
      </a>
    </main>
  );
}
