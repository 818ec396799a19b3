import type { BothLanguages } from '#core/contract/values.ts';
import { say } from '../../text/language.ts';

/** What is on a paper, for guests who hear the screen: read aloud when it changes, and found again by walking over it. */
export function SpokenPapers({ what, papers }: { readonly what: BothLanguages; readonly papers: readonly BothLanguages[] }) {
  return (
    <div class="visually-hidden" role="status" aria-label={say(what)}>
      {papers.map((paper) => (
        <p key={paper.en}>{say(paper)}</p>
      ))}
    </div>
  );
}
