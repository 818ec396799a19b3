import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { peopleApi } from '#core/contract/box-office/people.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import { RequestProblem } from '../request-problem.ts';
import type { CommandDoor } from '../wire/command-door.ts';
import { sendProblem } from './problems.ts';
import { PERSON_SCHEME, schemaOf } from './row-schema.ts';

/** The rows of named people. Machines have none of them, and a box office that knows no people has none at all. */
export interface PeopleRows {
  /** Whose token it is, today: who was removed, or has a new PIN since, is nobody. */
  person(token: string): StaffMember | undefined;
  readonly commands: CommandDoor;
}

export function registerPeople(app: FastifyInstance, { person, commands }: PeopleRows): void {
  const people = new WeakMap<FastifyRequest, StaffMember>();
  // After the rate limit and before the body is read.
  const authorise = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const token = /^Bearer ([\x21-\x7e]{1,256})$/.exec(request.headers.authorization ?? '')?.[1];
    const known = token === undefined ? undefined : person(token);
    if (known !== undefined) {
      people.set(request, known);
      return;
    }
    reply.header('www-authenticate', 'Bearer');
    await sendProblem(reply, 401, {
      code: 'unauthorised',
      message: "This wants a person's token, and this is none. `foyer staff token NAME` makes one.",
    });
  };
  const personOf = (request: FastifyRequest): StaffMember => {
    const known = people.get(request);
    assert(known !== undefined, 'a request is authorised before it is handled');
    return known;
  };
  const row = (name: keyof typeof peopleApi, answer: (by: StaffMember, request: FastifyRequest) => unknown): void => {
    const shape = peopleApi[name];
    app.route({
      method: shape.method,
      url: shape.path,
      schema: schemaOf(name, shape, PERSON_SCHEME),
      config: { rateLimit: { max: LIMITS.http.peopleRequestsPerMinute, timeWindow: '1 minute' } },
      preParsing: async (request, reply) => authorise(request, reply),
      handler: async (request) => answer(personOf(request), request),
    });
  };
  row('sendCommand', (by, { params, body }) =>
    commands.send(by, peopleApi.sendCommand.params.parse(params).machine, peopleApi.sendCommand.body.parse(body)),
  );
  row('readCommands', async (by, { params }) => ({ commands: await commands.read(by, peopleApi.readCommands.params.parse(params).machine) }));
  row('readCommand', async (by, { params }) => {
    const { machine, commandId } = peopleApi.readCommand.params.parse(params);
    const [found] = await commands.read(by, machine, commandId);
    if (found === undefined) throw new RequestProblem(404, 'not-found', 'No such command is remembered; the newest two hundred are.');
    return found;
  });
}
