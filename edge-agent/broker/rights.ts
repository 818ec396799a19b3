import { unreachable } from '#core/base/fault.ts';
import { topicFilter } from '#core/contract/wire/topic.ts';

/**
 * Who may say and hear what at the broker: one model, from which the access lists of real brokers are written (`rights/`). The embedded broker asks
 * `access.ts`, which is narrower still. No rule has a wildcard at its beginning, because brokers answer a subscription to `#` in ways of their own.
 */
export interface Right {
  readonly who: 'machine' | 'box-office';
  readonly may: 'publish' | 'subscribe';
  /** `{machine}` stands for the name of whoever is connected; `+` and `#` as in MQTT. */
  readonly topics: string;
}

export const RIGHTS: readonly Right[] = [
  { who: 'machine', may: 'publish', topics: topicFilter.fromMachine('{machine}') },
  { who: 'machine', may: 'subscribe', topics: topicFilter.toMachine('{machine}') },
  { who: 'machine', may: 'subscribe', topics: topicFilter.validity },
  { who: 'box-office', may: 'subscribe', topics: topicFilter.fromMachine('+') },
  { who: 'box-office', may: 'publish', topics: topicFilter.toMachine('+') },
  { who: 'box-office', may: 'publish', topics: topicFilter.validity },
];

/** The name in the box office's certificate, or its user name. A machine must not be called so. */
export const BOX_OFFICE_USER = 'box-office';

/** Brokers mark the places of names as JavaScript does. */
const DOLLAR = '$';

export type BrokerKind = 'mosquitto' | 'emqx' | 'hivemq' | 'vernemq' | 'rabbitmq';

/** The file in `rights/` for each kind of broker. */
export const RIGHTS_FILE: Readonly<Record<BrokerKind, string>> = {
  mosquitto: 'mosquitto.acl',
  emqx: 'emqx-acl.conf',
  hivemq: 'hivemq-permissions.txt',
  vernemq: 'vernemq.acl',
  rabbitmq: 'rabbitmq.sh',
};

export function writeRights(kind: BrokerKind): string {
  switch (kind) {
    case 'mosquitto':
      return aclFile('%u', 'mosquitto.conf(5), acl_file; with use_identity_as_username the user is the name in the certificate');
    case 'vernemq':
      return aclFile('%c', 'vmq_acl; %c is the client identifier, which is the name of the machine');
    case 'emqx':
      return emqx();
    case 'hivemq':
      return lines(
        `# HiveMQ: topic permissions of two roles; ${DOLLAR}{{clientid}} is replaced for each client`,
        (right) => `${right.who}: ${right.may.toUpperCase()} ${named(right, `${DOLLAR}{{clientid}}`)}`,
      );
    case 'rabbitmq':
      return rabbitmq();
    default:
      return unreachable(kind);
  }
}

function lines(head: string, line: (right: Right) => string): string {
  return `${[head, ...RIGHTS.map(line), ''].join('\n')}`;
}

function named({ topics }: Right, placeholder: string): string {
  return topics.replace('{machine}', placeholder);
}

function aclFile(placeholder: string, head: string): string {
  const access = (right: Right): string => (right.may === 'publish' ? 'write' : 'read');
  const office = RIGHTS.filter(({ who }) => who === 'box-office').map((right) => `topic ${access(right)} ${right.topics}`);
  const machines = RIGHTS.filter(({ who }) => who === 'machine').map((right) => `pattern ${access(right)} ${named(right, placeholder)}`);
  return [`# ${head}.`, `user ${BOX_OFFICE_USER}`, ...office, '', '# Everybody else is a machine.', ...machines, ''].join('\n');
}

/** EMQX 5, file-based authorization; the last rule is what EMQX's own default lacks. */
function emqx(): string {
  const subject = (right: Right): string => (right.who === 'box-office' ? `{username, "${BOX_OFFICE_USER}"}` : 'all');
  const rules = RIGHTS.map((right) => `{allow, ${subject(right)}, ${right.may}, ["${named(right, `${DOLLAR}{clientid}`)}"]}.`);
  return ['%% EMQX: acl.conf', ...rules, '{deny, all}.', ''].join('\n');
}

/** RabbitMQ 3.13 and later: topic permissions on the exchange of MQTT, where `/` is `.`; `{client_id}` is RabbitMQ's own variable. */
function rabbitmq(): string {
  const pattern = (who: Right['who'], may: Right['may']): string => {
    const topics = RIGHTS.filter((right) => right.who === who && right.may === may).map((right) =>
      named(right, '{client_id}').replaceAll('.', '\\.').replaceAll('/', '\\.').replaceAll('+', '[^.]+').replaceAll('#', '.*'),
    );
    return `^(${topics.join('|')})$`;
  };
  const command = (user: string, who: Right['who']): string =>
    `rabbitmqctl set_topic_permissions ${user} amq.topic '${pattern(who, 'publish')}' '${pattern(who, 'subscribe')}'`;
  return [
    '# RabbitMQ: once for the box office, once for every machine (MACHINE is its name).',
    command(BOX_OFFICE_USER, 'box-office'),
    command('MACHINE', 'machine'),
    '',
  ].join('\n');
}
