import { RequestProblem } from '#agent/box-office/request-problem.ts';
import type { BoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { StoreUnknownError } from '#agent/store/transactor.ts';
import { type Fault, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, type Result } from '#core/base/result.ts';
import { boxOfficeApi } from '#core/contract/box-office/api.ts';
import type { EndpointShape } from '#core/contract/endpoint.ts';
import { Crash, isEndOfLife, type Life } from '../kernel/life.ts';
import type { Network } from '../kernel/network.ts';
import type { Timeline } from '../kernel/timeline.ts';
import { OFFICE, type OfficeHost } from './office-host.ts';

/**
 * A kiosk's questions to the box office, as HTTP carries them: either end may be gone before, while and after it acts, and a question or an answer may never
 * arrive. Questions are parsed by the schemas of the table, as the box office's door does it.
 */
export interface LobbyCalls {
  clientOf(life: Life): BoxOfficeClient;
}

export interface CallSurroundings {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly office: OfficeHost;
  readonly crashes: (life: Life, where: string) => boolean;
  readonly failed: (cause: unknown) => void;
}

type Failure = { readonly kind: 'refused'; readonly refusal: unknown } | { readonly kind: 'unreachable' | 'bad-answer'; readonly fault: Fault };
type Answer = Result<unknown, Failure>;

interface Parts {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

const problem = (code: string, message: string): Fault => ({ code, owner: 'network', message });
const AWAY = err({ kind: 'unreachable' as const, fault: problem('E-BOX-TIMEOUT', 'The box office did not answer in time.') });
const GONE = err({ kind: 'unreachable' as const, fault: problem('E-BOX-UNREACHABLE', 'Nobody listens there.') });
const ILL = err({ kind: 'unreachable' as const, fault: problem('E-BOX-UNAVAILABLE', 'The store takes nothing.') });

export function createLobbyCalls({ timeline, network, office, crashes, failed }: CallSurroundings): LobbyCalls {
  /** What the box office answers, or nothing when it ends meanwhile. */
  const serve = async (name: string, shape: EndpointShape, machine: string, parts: Parts): Promise<Answer | undefined> => {
    const program = office.program();
    if (program === undefined) return GONE;
    const question: Record<string, unknown> = { machine };
    for (const part of ['params', 'query', 'body'] as const) {
      const schema = shape[part];
      if (schema === undefined) continue;
      const read = schema.safeParse(parts[part]);
      if (!read.success) {
        failed(new RangeError(`${machine} asks ${name} against the contract: ${read.error.message}`));
        return undefined;
      }
      question[part] = read.data;
    }
    try {
      const answer: Result<unknown, unknown> = await Reflect.apply(Reflect.get(program.operations, name), undefined, [question]);
      if (program.life.isOver) return undefined;
      return answer.ok ? answer : err({ kind: 'refused', refusal: answer.error });
    } catch (cause) {
      if (isEndOfLife(cause) || cause instanceof StoreUnknownError) return undefined;
      if (cause instanceof FaultError) return ILL;
      if (cause instanceof RequestProblem) return err({ kind: 'bad-answer', fault: problem(`E-BOX-${cause.status}`, cause.message) });
      failed(cause);
      return undefined;
    }
  };

  const call = (life: Life, name: string, shape: EndpointShape, parts: Parts): Promise<Answer> => {
    const { machine } = life;
    if (life.isOver || crashes(life, `before ${name}`)) throw new Crash(life, `before ${name}`);
    return new Promise((resolve) => {
      let isOver = false;
      const finish = (answer: Answer): void => {
        if (isOver || life.isOver) return;
        isOver = true;
        deadline.cancel();
        resolve(answer);
      };
      const deadline = timeline.at(timeline.now() + LIMITS.http.requestTimeout, `${name} is too late`, () => finish(AWAY));
      network.stream(machine, OFFICE, `${name} of ${machine}`, () => {
        serve(name, shape, machine, parts).then((answer) => {
          const given = answer ?? GONE;
          network.stream(OFFICE, machine, `${name} for ${machine}`, () => {
            if (isOver || life.isOver || crashes(life, `after ${name}`)) return;
            finish(given);
          });
        }, failed);
      });
    });
  };

  return {
    clientOf: (life) => {
      // As the product's client makes its methods from the table: entry by entry the compiler cannot follow the mapped type.
      const methods: (readonly unknown[])[] = Object.entries(boxOfficeApi).map(([name, shape]) => [
        name,
        async (parts: Parts = {}) => call(life, name, shape, parts),
      ]);
      return Object.fromEntries(methods);
    },
  };
}
