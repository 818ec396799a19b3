import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../support/free-port.ts';
import type { BrokerProcess } from '../cinema/cinema.ts';

/**
 * Debian's RabbitMQ with its MQTT plugin, which speaks 3.1.1 alone, in processes of its own: started by hand, on loopback, with everything it keeps in a folder of
 * the torture. Unlike Mosquitto it comes back with what was on its disk.
 */
export async function startRabbitMq(folder: string): Promise<BrokerProcess> {
  const [mqtt, epmd, distribution] = [await freePort(), await freePort(), await freePort()];
  const home = join(folder, 'rabbitmq');
  mkdirSync(home);
  const configuration = join(home, 'rabbitmq.conf');
  writeFileSync(
    configuration,
    [
      'listeners.tcp = none',
      `mqtt.listeners.tcp.1 = 127.0.0.1:${mqtt}`,
      'mqtt.allow_anonymous = true',
      'mqtt.default_user = guest',
      'mqtt.default_pass = guest',
      'distribution.listener.interface = 127.0.0.1',
      '',
    ].join('\n'),
  );
  const plugins = join(home, 'enabled_plugins');
  writeFileSync(plugins, '[rabbitmq_mqtt].\n');
  // The node would start one for the whole machine, and leave it there.
  const names = spawn(PORT_MAPPER, ['-address', '127.0.0.1', '-port', `${epmd}`], { stdio: 'ignore' });
  const environment = {
    ...process.env,
    HOME: home,
    RABBITMQ_NODENAME: 'foyer@localhost',
    RABBITMQ_CONFIG_FILE: configuration,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_MNESIA_BASE: join(home, 'mnesia'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_PID_FILE: join(home, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_DIST_PORT: `${distribution}`,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: `${epmd}`,
  };
  let child: ChildProcess | undefined;

  const killNode = async (): Promise<void> => {
    const victim = child;
    child = undefined;
    if (victim?.pid === undefined || victim.exitCode !== null) return;
    const gone = once(victim, 'exit');
    // The shell that began it and the helpers that it began are one group.
    process.kill(-victim.pid, 'SIGKILL');
    await gone;
  };
  const start = async (): Promise<void> => {
    child = spawn(program() ?? 'rabbitmq-server', [], { cwd: home, env: environment, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    await running(child);
  };
  try {
    await start();
  } catch (cause) {
    await killNode();
    names.kill('SIGKILL');
    throw cause;
  }
  return {
    url: `mqtt://127.0.0.1:${mqtt}`,
    start,
    kill: killNode,
    dispose: async () => {
      await killNode();
      names.kill('SIGKILL');
    },
  };
}

/** @returns why it cannot be started here; undefined where it can */
export function whyNoRabbitMq(): string | undefined {
  if (program() !== undefined) return undefined;
  return 'RabbitMQ is not installed here (apt-get install rabbitmq-server), so nothing is shown about a broker of MQTT 3.1.1.';
}

const LIBRARY = '/usr/lib/rabbitmq/lib';
/** Debian's erlang-base, which RabbitMQ cannot be without. */
const PORT_MAPPER = '/usr/bin/epmd';

/** What /usr/sbin/rabbitmq-server starts as another user, with one data folder for the whole machine. */
function program(): string | undefined {
  if (!existsSync(LIBRARY)) return undefined;
  return readdirSync(LIBRARY)
    .map((version) => join(LIBRARY, version, 'sbin', 'rabbitmq-server'))
    .find((path) => existsSync(path));
}

/** Resolves with the line that says it is ready, and fails with everything it said when it ends instead. */
async function running(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('rabbitmq-server has no standard output');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.includes('completed with')) {
      child.stdout.resume();
      return;
    }
  }
  throw new Error(`rabbitmq-server did not start: ${said.join('\n')}`);
}
