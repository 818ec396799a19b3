import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { within } from './people.ts';

/** The wire between one kiosk and the box office, on which single questions and answers can be lost at the moment when the power goes. */
export interface OfficeLine {
  readonly url: string;
  /** Resolves with the box office's next answer to such a question, which the kiosk never gets. `question`: method and path, `POST /v1/holds`. */
  loseAnswer(question: RegExp, wanted?: (answer: unknown) => boolean): Promise<unknown>;
  /** Resolves when such a question was asked, which the box office never gets. */
  loseQuestion(question: RegExp): Promise<void>;
  /** Resolves with the box office's next answer to such a question, which arrives as always. */
  overhear(question: RegExp): Promise<unknown>;
  close(): void;
}

interface Watch {
  readonly question: RegExp;
  readonly wanted: (answer: unknown) => boolean;
  readonly tell: (answer: unknown) => void;
  readonly loses: 'question' | 'answer' | 'nothing';
}

/** They belong to one connection, and the body comes out of `fetch` unpacked. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'host']);

export async function openOfficeLine(boxOffice: string): Promise<OfficeLine> {
  let watches: readonly Watch[] = [];
  const take = (found: Watch | undefined): Watch | undefined => {
    watches = watches.filter((watch) => watch !== found);
    return found;
  };

  const carry = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const question = `${request.method} ${request.url}`;
    const body = await readAll(request);
    const unheard = take(watches.find((watch) => watch.loses === 'question' && watch.question.test(question)));
    if (unheard !== undefined) return unheard.tell(undefined);
    const answer = await fetch(`${boxOffice}${request.url}`, {
      method: request.method ?? 'GET',
      headers: headersOf(Object.entries(request.headers)),
      ...(body.length === 0 ? {} : { body }),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const parsed = (): unknown => JSON.parse(new TextDecoder().decode(bytes));
    const caught = take(watches.find((watch) => watch.loses !== 'question' && watch.question.test(question) && watch.wanted(parsed())));
    caught?.tell(parsed());
    if (caught?.loses === 'answer') return;
    reply.writeHead(answer.status, headersOf([...answer.headers]));
    reply.end(bytes);
  };

  const server = createServer((request, reply) => {
    // The box office is away, or the kiosk is: for the kiosk both look like a line that breaks.
    carry(request, reply).catch(() => request.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');

  const watch = (loses: Watch['loses'], question: RegExp, wanted: Watch['wanted'] = () => true): Promise<unknown> =>
    within(
      `${question}`,
      new Promise((tell) => {
        watches = [...watches, { question, wanted, tell, loses }];
      }),
    );
  return {
    url: `http://127.0.0.1:${address.port}`,
    loseAnswer: (question, wanted) => watch('answer', question, wanted),
    loseQuestion: async (question) => {
      await watch('question', question);
    },
    overhear: (question) => watch('nothing', question),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function headersOf(entries: readonly (readonly [string, string | readonly string[] | undefined])[]): Record<string, string> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (OF_THE_CONNECTION.has(name) || typeof value !== 'string' ? [] : [[name, value]])));
}

async function readAll(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}
